using Billing.Persistence;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Billing.Hosting.Tests;

/// <summary>As one that was made by hand on SQL Server: the service says what to do, and goes on by itself when it is done.</summary>
public sealed class When_a_database_is_not_as_it_has_to_be
{
    const string Fault = "something is off; run: something on";

    [Fact]
    public async Task Should_say_so_and_wait_until_it_is()
    {
        await using var database = await SampleService.CreateDatabaseAsync();
        var terms = new Terms();
        await using var host = await HostUnderTest.StartAsync(SampleService.ConfigureBus, builder =>
        {
            SampleService.Configure(builder, new Journal());
            builder.Services.Replace(ServiceDescriptor.Singleton<IDatabaseTerms>(services =>
            {
                terms.Readiness = services.GetRequiredService<DatabaseReadiness>();
                return terms;
            }));
        }, new() { ["Database:ConnectionString"] = database.ConnectionString });
        Assert.Equal(["the tables are not brought up to date yet", Fault, null], terms.Said.Append(terms.Readiness!.Reason));
    }

    /// <summary>In order when it is asked for the second time.</summary>
    sealed class Terms : IDatabaseTerms
    {
        public DatabaseReadiness? Readiness { get; set; }

        /// <summary>What the health said when it was asked.</summary>
        public List<string?> Said { get; } = [];

        public Task<string?> FaultAsync(DbContext db, CancellationToken cancellationToken = default)
        {
            Said.Add(Readiness!.Reason);
            return Task.FromResult(Said.Count == 1 ? Fault : null);
        }
    }
}
