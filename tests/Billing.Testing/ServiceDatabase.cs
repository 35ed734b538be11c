using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Billing.Testing;

/// <summary>
/// How to connect to a database of a service: as it runs in production, its tables belong to one user, and the service works as another, who may do only what
/// it needs.
/// </summary>
/// <param name="Administrator">Of the server: may do everything.</param>
/// <param name="Owner">Of the tables.</param>
/// <param name="Service">Of the service.</param>
public sealed record ServiceDatabase(string Administrator, string Owner, string Service)
{
    /// <summary>What it is for: the service's name without hyphens.</summary>
    public required string Purpose { get; init; }

    static readonly ConcurrentDictionary<string, Lazy<Task>> Roles = [];

    /// <summary>The settings of the service, by name.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Database:ConnectionString"] = Service,
        ["Database:OwnerConnectionString"] = Owner
    };

    /// <param name="server">Its administrator's connection string, without a database.</param>
    /// <param name="name">Of the database.</param>
    /// <param name="purpose">Databases for the same purpose have the same users.</param>
    public static ServiceDatabase Of(string server, string name, string purpose)
    {
        var administrator = new NpgsqlConnectionStringBuilder($"{server};Database={name};Maximum Pool Size=40");
        return new ServiceDatabase(administrator.ConnectionString, As(UserOf(purpose, owner: true)), As(UserOf(purpose, owner: false))) { Purpose = purpose };

        string As(string user) =>
            new NpgsqlConnectionStringBuilder(administrator.ConnectionString) { Username = user, Password = PasswordOf(server, user) }.ConnectionString;
    }

    /// <summary>Makes the users, when they are not there, and the database.</summary>
    public static async Task<ServiceDatabase> CreateAsync(string server, string name, string purpose)
    {
        var (owner, service) = (UserOf(purpose, owner: true), UserOf(purpose, owner: false));
        await Roles.GetOrAdd($"{server} {purpose}", _ => new Lazy<Task>(() => MakeUsersAsync(server, owner, service))).Value;
        await ExecuteAsync(server,
            $"""create database "{name}" owner "{owner}" """,
            $"""revoke all on database "{name}" from public; grant connect on database "{name}" to "{service}" """);
        return Of(server, name, purpose);
    }

    /// <summary>The same at any time, for whoever knows the administrator's.</summary>
    static string PasswordOf(string server, string user) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{new NpgsqlConnectionStringBuilder(server).Password}:{user}")));

    static string UserOf(string purpose, bool owner) => $"test_{purpose}{(owner ? "_owner" : "")}";

    static async Task MakeUsersAsync(string server, params string[] users)
    {
        // another process may make them in this moment
        foreach (var user in users)
            await ExecuteAsync(server, $"""
                do $$ begin create role "{user}" login password '{PasswordOf(server, user)}';
                exception when duplicate_object or unique_violation then null; end $$
                """);
    }

    static async Task ExecuteAsync(string server, params string[] statements)
    {
        await using var connection = new NpgsqlConnection($"{server};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
