using System.Globalization;
using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;

namespace Billing.Hosting.Bus;

/// <summary>A node of the broker.</summary>
readonly record struct BrokerNode(string Host, ushort Port)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}

/// <summary>Where the broker is: the section <c>RabbitMq</c>.</summary>
/// <param name="Nodes">One, or several that are one cluster: whoever cannot reach one tries the next.</param>
/// <param name="VirtualHost">Of this installation.</param>
/// <param name="Username">Of this service.</param>
/// <param name="Password">Of that user.</param>
sealed record RabbitMqSettings(IReadOnlyList<BrokerNode> Nodes, string VirtualHost, string Username, string Password)
{
    const string HostKey = "RabbitMq:Host";

    /// <summary>How long the opening of one connection may take, for all nodes together: 30 s, as the client has it.</summary>
    static readonly TimeSpan ToConnect = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long endpoints may stay away after the connection broke while the broker can be reached, 5 s to 10 min. Default
    /// 30 s: a bus that heals by itself has done so by then, and nobody waits long for one that does not.
    /// </summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>By this node the addresses of queues are named. Which node a process is connected to plays no part in them.</summary>
    public BrokerNode First => Nodes[0];

    public static RabbitMqSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("RabbitMq");
        return new RabbitMqSettings(
            NodesOf(Required(section, "Host", "the broker's host name"), ReadPort(section)),
            section["VirtualHost"] is { Length: > 0 } virtualHost ? virtualHost : "/",
            Required(section, "Username", "the broker user of this service"),
            Required(section, "Password", "the password of that user"))
        {
            GiveUpAfter = ReadGiveUpAfter(section),
        };
    }

    /// <summary>A connection besides that of the bus, to the first node that answers; they are tried in any order. It does not heal by itself.</summary>
    /// <param name="who">Its name at the broker.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <param name="patience">For all nodes together.</param>
    public Task<IConnection> ConnectAsync(string who, CancellationToken cancellationToken, TimeSpan? patience = null) => new ConnectionFactory
    {
        VirtualHost = VirtualHost,
        UserName = Username,
        Password = Password,
        AutomaticRecoveryEnabled = false,
        RequestedConnectionTimeout = (patience ?? ToConnect) / Nodes.Count
    }.CreateConnectionAsync(Nodes.Select(node => new AmqpTcpEndpoint(node.Host, node.Port)), who, cancellationToken);

    /// <summary>Host names separated by commas, each with or without a port of its own.</summary>
    static IReadOnlyList<BrokerNode> NodesOf(string text, ushort port)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries);
        // one alone may be an address of IPv6, which is full of colons
        if (names is [var only] && only.Count(letter => letter == ':') > 1)
            return [new BrokerNode(only, port)];
        var nodes = names.Select(name => NodeOf(name, port)).ToList();
        return nodes.TrueForAll(node => node is not null) && nodes.Distinct().Count() == nodes.Count
            ? [.. nodes.Select(node => node!.Value)]
            : throw SettingsException.Expected(
                HostKey, text, "different host names separated by commas, each with its port or without: broker-1,broker-2:5673");
    }

    static BrokerNode? NodeOf(string name, ushort port) => name.Split(':') switch
    {
        [{ Length: > 0 } host] when !host.Any(char.IsWhiteSpace) => new BrokerNode(host, port),
        [{ Length: > 0 } host, var own] when !host.Any(char.IsWhiteSpace)
            && ushort.TryParse(own, NumberStyles.None, CultureInfo.InvariantCulture, out var ownPort) && ownPort > 0 => new BrokerNode(host, ownPort),
        _ => null
    };

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
