using Billing.Persistence.Months;
using Billing.Persistence.Postgres.Months;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Billing.Persistence.Postgres;

/// <summary>PostgreSQL behind the interfaces of Billing.Persistence.</summary>
public static class PostgresProvider
{
    static readonly PostgresRowLocks RowLocks = new();

    /// <summary>Uses PostgreSQL, with row locks understood. Without EF's own retries: a message is retried as a whole.</summary>
    public static DbContextOptionsBuilder UseBillingPostgres(
        this DbContextOptionsBuilder options, string connectionString, Action<NpgsqlDbContextOptionsBuilder>? configure = null) =>
        options.UseNpgsql(connectionString, configure).AddInterceptors(RowLocks);

    public static IServiceCollection AddPostgresPersistence(this IServiceCollection services) => services
        .AddSingleton<IBulkWriter, PostgresBulkWriter>()
        .AddSingleton<ISequences, PostgresSequences>()
        .AddSingleton<IDatabaseRights, PostgresRights>()
        .AddSingleton<IDatabaseTerms, PostgresTerms>()
        .AddSingleton<ITableMonths, PostgresMonths>()
        .AddSingleton<IReplication, PostgresReplication>()
        .AddSingleton<IDatabaseClock, PostgresClock>();
}
