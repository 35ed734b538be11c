using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Persistence.SqlServer;

/// <summary>SQL Server behind the interfaces of Billing.Persistence.</summary>
public static class SqlServerProvider
{
    static readonly SqlServerRowLocks RowLocks = new();

    /// <summary>Uses SQL Server, with row locks understood. Without EF's own retries: a message is retried as a whole.</summary>
    public static DbContextOptionsBuilder UseBillingSqlServer(
        this DbContextOptionsBuilder options, string connectionString, Action<SqlServerDbContextOptionsBuilder>? configure = null) =>
        options.UseSqlServer(connectionString, configure).AddInterceptors(RowLocks);

    public static IServiceCollection AddSqlServerPersistence(this IServiceCollection services) => services
        .AddSingleton<IBulkWriter, SqlServerBulkWriter>()
        .AddSingleton<ISequences, SqlServerSequences>()
        .AddSingleton<IDatabaseRights, SqlServerRights>()
        .AddSingleton<IDatabaseClock, SqlServerClock>();
}
