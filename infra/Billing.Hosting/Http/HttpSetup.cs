using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Http;

/// <summary>HTTP stays on this machine, unless there are keys to ask for.</summary>
public static class HttpSetup
{
    /// <summary>The host has a lock of its own, and may be reached from other machines without a key. To be said before <c>AddBillingHost</c>.</summary>
    public static void AddOwnSignIn(this IServiceCollection services) => services.AddSingleton<OwnSignIn>();

    internal static void AddBillingHttp(this WebApplicationBuilder builder)
    {
        var keys = HttpKeys.Read(builder.Configuration);
        var isLocked = keys.AreSet || builder.Services.Any(service => service.ServiceType == typeof(OwnSignIn));
        if (!isLocked && Addresses(builder.Configuration).FirstOrDefault(address => !IsLoopback(address)) is { } open)
            throw new SettingsException(
                $"The address {open} can be reached from other machines and Http:Keys has no key; set one, or listen on 127.0.0.1.");
        builder.Services.AddSingleton(keys);
        builder.AddRequestBounds();
    }

    /// <summary>Those that other machines reach, and in clear.</summary>
    internal static IEnumerable<string> InClear(IConfiguration configuration) =>
        Addresses(configuration).Where(address => !IsLoopback(address) && !address.StartsWith("https:", StringComparison.OrdinalIgnoreCase));

    static IEnumerable<string> Addresses(IConfiguration configuration)
    {
        var named = Split(configuration["Urls"])
            .Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>())
            .ToArray();
        return named.Length > 0 ? named
            : Split(configuration["http_ports"]).Select(port => $"http://*:{port}")
                .Concat(Split(configuration["https_ports"]).Select(port => $"https://*:{port}"));
    }

    static string[] Split(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    static bool IsLoopback(string address) => Loopback.IsThisMachine(BindingAddress.Parse(address).Host);
}

sealed class OwnSignIn;
