using Billing.Persistence.Months;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Persistence.SqlServer;

/// <summary>SQL Server behind the interfaces of Billing.Persistence.</summary>
public static class SqlServerProvider
{
    /// <summary>
    /// Asynchronous reads of long texts over several packets fail now and then in SqlClient's newer way of reading (dotnet/SqlClient issue 3519); these keep
    /// its older one.
    /// </summary>
    public static readonly IReadOnlyList<string> Switches =
        ["Switch.Microsoft.Data.SqlClient.UseCompatibilityAsyncBehaviour", "Switch.Microsoft.Data.SqlClient.UseCompatibilityProcessSni"];

    static readonly SqlServerRowLocks RowLocks = new();

    // before the client reads them, which it does once
    static SqlServerProvider()
    {
        foreach (var name in Switches)
            AppContext.SetSwitch(name, true);
    }

    /// <summary>Uses SQL Server, with row locks understood. Without EF's own retries: a message is retried as a whole.</summary>
    public static DbContextOptionsBuilder UseBillingSqlServer(
        this DbContextOptionsBuilder options, string connectionString, Action<SqlServerDbContextOptionsBuilder>? configure = null) =>
        options.UseSqlServer(connectionString, configure).AddInterceptors(RowLocks);

    public static IServiceCollection AddSqlServerPersistence(this IServiceCollection services) => services
        .AddSingleton<IBulkWriter, SqlServerBulkWriter>()
        .AddSingleton<ISequences, SqlServerSequences>()
        .AddSingleton<IDatabaseRights, SqlServerRights>()
        .AddSingleton<IDatabaseTerms, SqlServerTerms>()
        .AddSingleton<ITableMonths, SqlServerMonths>()
        .AddSingleton<IReplication, SqlServerReplication>()
        .AddSingleton<IDatabaseClock, SqlServerClock>();
}
