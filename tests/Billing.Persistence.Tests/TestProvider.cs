using Billing.Persistence.Postgres;
using Billing.Persistence.SqlServer;
using Billing.Testing;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.Tests;

/// <summary>The same suite runs against either server: SQL Server when BILLING_TEST_SQLSERVER names one, else PostgreSQL.</summary>
interface ITestProvider : IAsyncDisposable
{
    IBulkWriter Bulk { get; }
    ISequences Sequences { get; }
    void Use(DbContextOptionsBuilder options);
}

static class TestProvider
{
    public static async Task<ITestProvider> CreateAsync() =>
        TestServers.SqlServer is { } server ? new OnSqlServer(server) : new OnPostgres(await TestDatabase.CreateAsync("persistence"));

    sealed class OnSqlServer(string server) : ITestProvider
    {
        readonly string _connectionString = new SqlConnectionStringBuilder(server) { InitialCatalog = $"persistence_{Guid.NewGuid():N}" }.ConnectionString;

        public IBulkWriter Bulk { get; } = new SqlServerBulkWriter();
        public ISequences Sequences { get; } = new SqlServerSequences();
        public void Use(DbContextOptionsBuilder options) => options.UseBillingSqlServer(_connectionString);

        public async ValueTask DisposeAsync()
        {
            var options = new DbContextOptionsBuilder();
            Use(options);
            await using var db = new DbContext(options.Options);
            await db.Database.EnsureDeletedAsync();
        }
    }

    sealed class OnPostgres(TestDatabase database) : ITestProvider
    {
        public IBulkWriter Bulk { get; } = new PostgresBulkWriter();
        public ISequences Sequences { get; } = new PostgresSequences();
        public void Use(DbContextOptionsBuilder options) => options.UseBillingPostgres(database.ConnectionString);
        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}
