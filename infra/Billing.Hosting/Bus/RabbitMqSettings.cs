using Microsoft.Extensions.Configuration;

namespace Billing.Hosting.Bus;

/// <summary>Where the broker is: the section <c>RabbitMq</c>.</summary>
sealed record RabbitMqSettings(string Host, ushort Port, string VirtualHost, string Username, string Password)
{
    public static RabbitMqSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("RabbitMq");
        return new RabbitMqSettings(
            Required(section, "Host", "the broker's host name"),
            ReadPort(section),
            section["VirtualHost"] is { Length: > 0 } virtualHost ? virtualHost : "/",
            Required(section, "Username", "the broker user of this service"),
            Required(section, "Password", "the password of that user"));
    }

    /// <summary>Port 5672 unless told; 1 to 65535.</summary>
    static ushort ReadPort(IConfigurationSection section) =>
        section["Port"] is not { Length: > 0 } text ? (ushort)5672
        : ushort.TryParse(text, out var port) && port > 0 ? port
        : throw SettingsException.Expected("RabbitMq:Port", text, "a port number from 1 to 65535");

    static string Required(IConfigurationSection section, string key, string expected) =>
        section[key] is { Length: > 0 } value ? value : throw SettingsException.Expected($"RabbitMq:{key}", null, expected);
}
