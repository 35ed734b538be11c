using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Testing;

/// <summary>
/// The one process of a service that a house has. A second one beside it would be ended by nobody: its bus finds the virtual host gone when the test is over, and
/// the service ends the process, which is that of all tests.
/// </summary>
public sealed class OneService
{
    WebApplication? _running;

    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public WebApplication Running => _running ?? throw new InvalidOperationException("The service does not run.");

    /// <returns>A client that speaks with it; its address ends with a slash.</returns>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    public async Task<HttpClient> StartAsync(WebApplication service)
    {
        ArgumentNullException.ThrowIfNull(service);
        if (_running is not null)
            throw new InvalidOperationException("The service runs already; stop it first.");
        _running = service;
        await service.StartAsync();
        return new HttpClient { BaseAddress = AddressOf(service) };
    }

    /// <summary>Does nothing when it does not run.</summary>
    public async Task StopAsync()
    {
        if (_running is not { } service)
            return;
        await service.StopAsync();
        await service.DisposeAsync();
        _running = null;
    }

    public static Task IsReadyAsync(HttpClient service) => Eventually.HoldsAsync(
        async () => (await service.GetAsync(new Uri("health/ready", UriKind.Relative))).IsSuccessStatusCode, "the service is ready");

    /// <summary>Where it listens, with a slash at the end.</summary>
    public static Uri AddressOf(WebApplication service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return new Uri(service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
    }
}
