using Billing.Hosting;
using Microsoft.Extensions.Configuration;

namespace Billing.Persistence;

/// <summary>Which database server this process uses: <c>Database:Provider</c>, PostgreSQL when it is not set.</summary>
public static class DatabaseProvider
{
    const string Key = "Database:Provider";

    /// <exception cref="SettingsException">The setting names neither Postgres nor SqlServer.</exception>
    public static bool IsOnSqlServer(this IConfiguration configuration) => configuration[Key] switch
    {
        null or "" => false,
        var name when name.Equals("Postgres", StringComparison.OrdinalIgnoreCase) => false,
        var name when name.Equals("SqlServer", StringComparison.OrdinalIgnoreCase) => true,
        var name => throw SettingsException.Expected(Key, name, "Postgres or SqlServer"),
    };
}
