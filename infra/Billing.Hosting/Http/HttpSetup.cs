using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Http;

/// <summary>HTTP stays on this machine, unless there is a key to ask for.</summary>
static class HttpSetup
{
    public static void AddBillingHttp(this WebApplicationBuilder builder)
    {
        var key = builder.Configuration["Http:ApiKey"] is { Length: > 0 } given ? given : null;
        if (key is not null && key.Length < 16)
            throw new SettingsException("Http:ApiKey is too short; expected at least 16 characters.");
        if (key is null && Addresses(builder.Configuration).FirstOrDefault(address => !IsLoopback(address)) is { } open)
            throw new SettingsException(
                $"The address {open} can be reached from other machines and Http:ApiKey is not set; set the key, or listen on 127.0.0.1.");
        builder.Services.AddSingleton(new ApiKey(key));
    }

    static IEnumerable<string> Addresses(ConfigurationManager configuration)
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

    static bool IsLoopback(string address)
    {
        var host = BindingAddress.Parse(address).Host.Trim('[', ']');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
    }
}
