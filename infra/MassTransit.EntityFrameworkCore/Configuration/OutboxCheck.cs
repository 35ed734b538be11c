using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MassTransit.Configuration;

/// <summary>Compares at start what the outbox was told with the DbContext. It asks the database nothing.</summary>
sealed class OutboxCheck<TDbContext>(IServiceScopeFactory scopes, OutboxSettings<TDbContext> settings, OutboxSql<TDbContext> sql) : IHostedService
    where TDbContext : DbContext
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        using var scope = scopes.CreateScope();
        try
        {
            var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
            settings.LockStatementProvider.MustFit(db);
            _ = sql.For(db);
        }
        catch (InvalidOperationException exception)
        {
            throw new ConfigurationException($"The outbox cannot work with {typeof(TDbContext).Name}: {exception.Message}", exception);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

static class LockStatementProviderExtensions
{
    /// <summary>Statements of one database make no sense to another. A provider that is not ours knows itself what it is for.</summary>
    public static void MustFit(this ILockStatementProvider provider, DbContext db)
    {
        var database = provider switch
        {
            PostgresLockStatementProvider => "PostgreSQL",
            SqlServerLockStatementProvider => "SqlServer",
            _ => "",
        };
        if (db.Database.ProviderName?.Contains(database, StringComparison.Ordinal) != true)
            throw new ConfigurationException($"{db.GetType().Name} lives in {db.Database.ProviderName}, and was given the statements of another database: "
                + $"{provider.GetType().Name}. Call UsePostgres or UseSqlServer.");
    }
}
