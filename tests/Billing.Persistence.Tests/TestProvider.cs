using Billing.Persistence.Postgres;
using Billing.Testing;
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
    public static async Task<ITestProvider> CreateAsync() => new OnPostgres(await TestDatabase.CreateAsync("persistence"));

    sealed class OnPostgres(TestDatabase database) : ITestProvider
    {
        public IBulkWriter Bulk { get; } = new PostgresBulkWriter();
        public ISequences Sequences { get; } = new PostgresSequences();
        public void Use(DbContextOptionsBuilder options) => options.UseBillingPostgres(database.ConnectionString);
        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}
