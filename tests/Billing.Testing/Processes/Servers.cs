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
