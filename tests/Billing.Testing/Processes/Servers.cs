using System.Globalization;
using Npgsql;

namespace Billing.Testing;

/// <summary>The broker and the databases of one house.</summary>
public interface IServers : IAsyncDisposable
{
    Uri RabbitMq { get; }
    string VirtualHost { get; }

    /// <summary>Makes a database, and says how to connect to it.</summary>
    Task<ServiceDatabase> AddDatabaseAsync(string purpose);

    /// <summary>The management page's HTTP, signed in.</summary>
    HttpClient Management { get; }
}

/// <summary>What a process is told of the servers, by the names of its environment.</summary>
public static class ServerSettings
{
    /// <summary>Of one that has no database.</summary>
    public static Dictionary<string, string> SettingsFor(this IServers servers, BrokerUser user)
    {
        ArgumentNullException.ThrowIfNull(servers);
        ArgumentNullException.ThrowIfNull(user);
        return new()
        {
            ["RabbitMq__Host"] = servers.RabbitMq.Host,
            ["RabbitMq__Port"] = servers.RabbitMq.Port.ToString(CultureInfo.InvariantCulture),
            ["RabbitMq__VirtualHost"] = servers.VirtualHost,
            ["RabbitMq__Username"] = user.Name,
            ["RabbitMq__Password"] = user.Password
        };
    }

    /// <summary>Of the service of a database, as the user that it has in production.</summary>
    public static Dictionary<string, string> SettingsFor(this IServers servers, ServiceDatabase database)
    {
        ArgumentNullException.ThrowIfNull(servers);
        ArgumentNullException.ThrowIfNull(database);
        return new(servers.SettingsFor(BrokerUsers.Of(database, servers.RabbitMq)))
        {
            ["Database__ConnectionString"] = database.Service,
            ["Database__OwnerConnectionString"] = database.Owner
        };
    }
}

/// <summary>A virtual host and databases on the servers that all tests share.</summary>
public sealed class SharedServers : IServers
{
    readonly TestVirtualHost _broker;
    readonly List<TestDatabase> _databases = [];

    SharedServers(TestVirtualHost broker) => _broker = broker;

    public static async Task<IServers> OpenAsync() => new SharedServers(await TestVirtualHost.CreateAsync("scenario"));

    public Uri RabbitMq => TestServers.RabbitMq;
    public string VirtualHost => _broker.Name;

    public async Task<ServiceDatabase> AddDatabaseAsync(string purpose)
    {
        var database = await TestDatabase.CreateAsync(purpose);
        _databases.Add(database);
        return database.Access;
    }

    public HttpClient Management => _broker.Management;

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        foreach (var database in _databases)
            await database.DisposeAsync();
    }
}
