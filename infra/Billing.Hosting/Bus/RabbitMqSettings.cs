using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Billing.Hosting.Bus;

/// <summary>Where the broker is: the section <c>RabbitMq</c>.</summary>
sealed record RabbitMqSettings(string Host, ushort Port, string VirtualHost, string Username, string Password)
{
    /// <summary>
    /// How long endpoints may stay away after the connection broke while the broker can be reached, 5 s to 10 min. Default
    /// 30 s: a bus that heals by itself has done so by then, and nobody waits long for one that does not.
    /// </summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(30);

    public static RabbitMqSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("RabbitMq");
        return new RabbitMqSettings(
            Required(section, "Host", "the broker's host name"),
            ReadPort(section),
            section["VirtualHost"] is { Length: > 0 } virtualHost ? virtualHost : "/",
            Required(section, "Username", "the broker user of this service"),
            Required(section, "Password", "the password of that user"))
        {
            GiveUpAfter = ReadGiveUpAfter(section),
        };
    }

    static TimeSpan ReadGiveUpAfter(IConfigurationSection section) =>
        section["GiveUpAfter"] is not { Length: > 0 } text ? TimeSpan.FromSeconds(30)
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.FromSeconds(5) && time <= TimeSpan.FromMinutes(10) ? time
        : throw SettingsException.Expected("RabbitMq:GiveUpAfter", text, "a time from 00:00:05 to 00:10:00");

    /// <summary>Port 5672 unless told; 1 to 65535.</summary>
    static ushort ReadPort(IConfigurationSection section) =>
        section["Port"] is not { Length: > 0 } text ? (ushort)5672
        : ushort.TryParse(text, out var port) && port > 0 ? port
        : throw SettingsException.Expected("RabbitMq:Port", text, "a port number from 1 to 65535");

    static string Required(IConfigurationSection section, string key, string expected) =>
        section[key] is { Length: > 0 } value ? value : throw SettingsException.Expected($"RabbitMq:{key}", null, expected);
}
