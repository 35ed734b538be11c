using Billing.Testing;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>A database of one test: on SQL Server when <c>BILLING_TEST_SQLSERVER</c> names one, otherwise on PostgreSQL.</summary>
public abstract class TestStore : IAsyncDisposable
{
    public static bool IsSqlServer => TestServers.SqlServer is not null;

    public static async Task<TestStore> CreateAsync() =>
        IsSqlServer ? await SqlServerStore.OpenAsync(TestServers.SqlServer!) : new PostgresStore(await TestDatabase.CreateAsync("outbox"));

    public abstract void Configure(DbContextOptionsBuilder options);

    public abstract void Configure(IEntityFrameworkOutboxConfigurator outbox);

    public abstract void Configure(IEntityFrameworkSagaRepositoryConfigurator saga);

    /// <summary>Ends every session of this database, as a failover would.</summary>
    public abstract Task BreakConnectionsAsync();

    public abstract ValueTask DisposeAsync();

    sealed class PostgresStore(TestDatabase database) : TestStore
    {
        public override void Configure(DbContextOptionsBuilder options) => options.UseNpgsql(database.ConnectionString);

        public override void Configure(IEntityFrameworkOutboxConfigurator outbox) => outbox.UsePostgres();

        public override void Configure(IEntityFrameworkSagaRepositoryConfigurator saga) => saga.UsePostgres();

        public override async Task BreakConnectionsAsync()
        {
            await using var admin = new Npgsql.NpgsqlConnection($"{TestServers.Postgres};Database=postgres;Pooling=false");
            await admin.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = @name", admin);
            command.Parameters.AddWithValue("name", database.Name);
            await command.ExecuteNonQueryAsync();
        }

        public override ValueTask DisposeAsync() => database.DisposeAsync();
    }

    sealed class SqlServerStore : TestStore
    {
        readonly string _server;
        readonly string _name = $"outbox_{Guid.NewGuid():N}";

        SqlServerStore(string server) => _server = server;

        public static async Task<TestStore> OpenAsync(string server)
        {
            var store = new SqlServerStore(server);
            await store.ExecuteAsync($"CREATE DATABASE [{store._name}]");
            return store;
        }

        public override void Configure(DbContextOptionsBuilder options) =>
            options.UseSqlServer(new SqlConnectionStringBuilder(_server) { InitialCatalog = _name }.ConnectionString);

        public override void Configure(IEntityFrameworkOutboxConfigurator outbox) => outbox.UseSqlServer();

        public override void Configure(IEntityFrameworkSagaRepositoryConfigurator saga) => saga.UseSqlServer();

        public override Task BreakConnectionsAsync() =>
            ExecuteAsync($"ALTER DATABASE [{_name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE; ALTER DATABASE [{_name}] SET MULTI_USER");

        public override async ValueTask DisposeAsync()
        {
            SqlConnection.ClearAllPools();
            await ExecuteAsync($"ALTER DATABASE [{_name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE [{_name}]");
        }

        async Task ExecuteAsync(string sql)
        {
            await using var connection =
                new SqlConnection(new SqlConnectionStringBuilder(_server) { InitialCatalog = "master", Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            await using var command = new SqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
