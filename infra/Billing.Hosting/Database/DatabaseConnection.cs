using Billing.Hosting;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Billing.Persistence;

/// <summary>
/// Where the service's own database is: <c>Database:ConnectionString</c>. It may name several servers, one of which is the primary; which one, the client finds
/// out by itself, also when another one becomes it.
/// </summary>
public static class DatabaseConnection
{
    const string Key = "Database:ConnectionString";

    /// <summary>Seconds after which a server is asked anew whether it is the primary: 2. The client's own 10 would be the better part of an outage.</summary>
    const int Recheck = 2;

    static readonly IReadOnlyList<string> Writable = ["primary", "read-write"];

    /// <summary>As a library needs it that makes connections of its own.</summary>
    /// <exception cref="SettingsException">It is missing, cannot be read, or may lead to a server that takes no writes.</exception>
    public static string ConnectionStringOfDatabase(this IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.IsOnSqlServer() ? OfSqlServer(Given(configuration)).ConnectionString : OfPostgres(Given(configuration)).ConnectionString;
    }

    internal static string Given(IConfiguration configuration) => configuration["Database:ConnectionString"] is { Length: > 0 } given
        ? given
        : throw SettingsException.Expected(Key, null, "the connection string of this service's database");

    internal static bool ReadsReplica(IConfiguration configuration) => configuration["Database:ReadReplica"] switch
    {
        null or "" => false,
        var text when bool.TryParse(text, out var reads) => reads,
        var text => throw SettingsException.Expected("Database:ReadReplica", text, "true or false")
    };

    internal static NpgsqlConnectionStringBuilder OfPostgres(string text, string key = Key)
    {
        var settings = Parsed(() => new NpgsqlConnectionStringBuilder(text), key);
        // By default the client asks the Kerberos library of the machine at each new connection whether it could encrypt it. Others saw it bring down whole
        // processes (Npgsql, issue 6596); who signs in with a password has nothing from it, and TLS is as before.
        if (!settings.ShouldSerialize("Gss Encryption Mode"))      // ContainsKey is true of every keyword that there is
            settings.GssEncryptionMode = GssEncryptionMode.Disable;
        if (!HasSeveralHosts(settings))
            return settings;
        settings.TargetSessionAttributes ??= Writable[0];
        if (!Writable.Contains(settings.TargetSessionAttributes))
            throw SettingsException.Expected(
                $"Target Session Attributes of {key}", settings.TargetSessionAttributes, "primary or read-write, because the service writes");
        if (!settings.ShouldSerialize("Host Recheck Seconds"))
            settings.HostRecheckSeconds = Recheck;
        return settings;
    }

    /// <summary>What holds for a service's own work unless its connection string says otherwise.</summary>
    internal static void ForManyShortStatements(NpgsqlConnectionStringBuilder settings)
    {
        // The same statements come again and again: the server need not read and plan each of them anew.
        if (!settings.ShouldSerialize("Max Auto Prepare"))
            settings.MaxAutoPrepare = 200;
        // They are short: to compile one costs the server more than to run it.
        settings.Options ??= "-c jit=off";
    }

    internal static SqlConnectionStringBuilder OfSqlServer(string text, string key = Key) => Parsed(() => new SqlConnectionStringBuilder(text), key);

    internal static bool HasSeveralHosts(NpgsqlConnectionStringBuilder settings) => settings.Host?.Contains(',', StringComparison.Ordinal) == true;

    static T Parsed<T>(Func<T> parse, string key)
    {
        try
        {
            return parse();
        }
        catch (ArgumentException exception)
        {
            // names the keyword that is wrong, never a value
            throw new SettingsException($"{key} cannot be read: {exception.Message}");
        }
    }
}
