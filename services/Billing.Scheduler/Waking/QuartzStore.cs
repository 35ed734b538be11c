using Billing.Scheduler.Ticking;
using Microsoft.Data.SqlClient;
using Npgsql;
using Quartz;

namespace Billing.Scheduler.Waking;

/// <summary>
/// Quartz keeps its triggers in this service's database, so that of several processes one is woken. It has a container of its own: when the database goes
/// away while it gets up, its parts are spent, and it can only begin again with new ones.
/// </summary>
sealed class QuartzStore(IConfiguration configuration, Desks desks, TimeProvider clock, ILoggerFactory logs) : IAsyncDisposable
{
    /// <summary>A process that is not heard of for this long has died, and the others take its triggers: 5 s.</summary>
    static readonly TimeSpan Checkin = TimeSpan.FromSeconds(5);

    ServiceProvider? _parts;

    /// <summary>The one scheduler of this process, or null while it has not got up.</summary>
    public IScheduler? Scheduler { get; private set; }

    public async Task<IScheduler> GetUpAsync(CancellationToken cancellationToken)
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

    public ValueTask DisposeAsync() => _parts?.DisposeAsync() ?? ValueTask.CompletedTask;

    ServiceProvider Parts()
    {
        var services = new ServiceCollection();
        services.AddSingleton(logs).AddLogging();
        services.AddSingleton(clock).AddSingleton(desks);
        services.AddQuartz(Configure);
        return services.BuildServiceProvider();
    }

    void Configure(IQuartzBuilder quartz)
    {
        quartz.ConfigureScheduler(scheduler => scheduler.InstanceName = "billing");
        quartz.UseDefaultThreadPool(4);
        quartz.UsePersistentStore(store =>
        {
            var connectionString = configuration["Database:ConnectionString"]!;
            if (SchedulerApplication.IsOnSqlServer(configuration))
                store.UseSqlServer(SqlClientFactory.Instance, connectionString);
            else
                store.UsePostgres(NpgsqlFactory.Instance, connectionString);
            store.UseClustering(cluster => cluster.CheckinInterval = Checkin);
            store.ProvisionSchema();        // makes the tables that are missing, alters none
        });
    }
}
