using Microsoft.Data.SqlClient;
using Npgsql;
using Quartz;

namespace Billing.Scheduler.Waking;

/// <summary>Quartz keeps its triggers in this service's database, so that of several processes one is woken.</summary>
static class QuartzStore
{
    /// <summary>A process that is not heard of for this long has died, and the others take its triggers: 5 s.</summary>
    static readonly TimeSpan Checkin = TimeSpan.FromSeconds(5);

    public static void AddQuartzStore(this WebApplicationBuilder builder, bool sqlServer) => builder.AddQuartz(quartz =>
    {
        quartz.ConfigureScheduler(scheduler => scheduler.InstanceName = "billing");
        quartz.UseDefaultThreadPool(4);
        quartz.UsePersistentStore(store =>
        {
            var connectionString = builder.Configuration["Database:ConnectionString"]!;
            if (sqlServer)
                store.UseSqlServer(SqlClientFactory.Instance, connectionString);
            else
                store.UsePostgres(NpgsqlFactory.Instance, connectionString);
            store.UseClustering(cluster => cluster.CheckinInterval = Checkin);
            store.ProvisionSchema();        // makes the tables that are missing, alters none
        });
    });
}
