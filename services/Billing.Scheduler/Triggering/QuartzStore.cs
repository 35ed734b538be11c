using Billing.Persistence;
using Billing.Scheduler.Ticking;
using Microsoft.Data.SqlClient;
using Npgsql;
using Quartz;

namespace Billing.Scheduler.Triggering;

/// <summary>
/// Quartz keeps its triggers in this service's database, so that one of several processes is triggered. It has a container of its own: when the database
/// goes away while Quartz starts, its parts cannot be used again, and it can only start with new ones.
/// </summary>
sealed class QuartzStore(IConfiguration configuration, ScheduleTicker ticker, TimeProvider clock, ILoggerFactory logs) : IAsyncDisposable, IDatabaseStructure
{
    /// <summary>A process that has not checked in for this long is taken for dead, and the others take its triggers: 5 s.</summary>
    static readonly TimeSpan Checkin = TimeSpan.FromSeconds(5);

    ServiceProvider? _parts;

    /// <summary>The one scheduler of this process, or null while it could not be made.</summary>
    public IScheduler? Scheduler { get; private set; }

    public async Task<IScheduler> SchedulerAsync(CancellationToken cancellationToken)
    {
        if (Scheduler is not null)
            return Scheduler;
        var parts = Parts();
        try
        {
            Scheduler = await parts.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken);
            _parts = parts;
            return Scheduler;
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }
    }

    string IDatabaseStructure.TablePrefix => "qrtz_";

    /// <summary>Quartz makes its tables when a scheduler is made; this one is never started.</summary>
    async Task IDatabaseStructure.MakeAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var parts = Parts(store =>
        {
            Use(store, connectionString);
            store.ProvisionSchema();        // makes the tables that are missing, alters none
        });
        await parts.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken);
    }

    public ValueTask DisposeAsync() => _parts?.DisposeAsync() ?? ValueTask.CompletedTask;

    ServiceProvider Parts() => Parts(store => Use(store, configuration.ConnectionStringOfDatabase()));

    ServiceProvider Parts(Action<IPersistentStoreBuilder> store)
    {
        var services = new ServiceCollection();
        services.AddSingleton(logs).AddLogging();
        services.AddSingleton(clock).AddSingleton(ticker);
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler => scheduler.InstanceName = "billing");
            quartz.UseDefaultThreadPool(4);
            quartz.UsePersistentStore(store);
        });
        return services.BuildServiceProvider();
    }

    void Use(IPersistentStoreBuilder store, string connectionString)
    {
        if (configuration.IsOnSqlServer())
            store.UseSqlServer(SqlClientFactory.Instance, connectionString);
        else
            store.UsePostgres(NpgsqlFactory.Instance, connectionString);
        store.UseClustering(cluster => cluster.CheckinInterval = Checkin);
    }
}
