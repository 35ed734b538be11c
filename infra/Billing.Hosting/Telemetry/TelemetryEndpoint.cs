using Microsoft.Extensions.Configuration;

namespace Billing.Hosting.Telemetry;

/// <summary>Where traces and logs go: <c>OpenTelemetry:Endpoint</c>, an OTLP receiver that speaks HTTP. Nowhere when it is not set.</summary>
static class TelemetryEndpoint
{
    const string Key = "OpenTelemetry:Endpoint";

    /// <exception cref="SettingsException">The setting is no absolute address.</exception>
    public static Uri? Read(IConfiguration configuration) => configuration[Key] switch
    {
        null or "" => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var address) => address,
        var text => throw SettingsException.Expected(Key, text, "an absolute address such as http://127.0.0.1:4318"),
    };
}
