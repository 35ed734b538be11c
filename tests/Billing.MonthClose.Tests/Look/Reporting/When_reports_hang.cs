using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Tests.House;
using Billing.Persistence;
using Billing.Testing;
using Npgsql;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reporting;

/// <summary>More requests than there are connections for them, none of which gets its answer: a month closes beside them as if they were not there.</summary>
public sealed class When_reports_hang(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    const int Requests = 3 * Looking.Connections;

    [Fact]
    public async Task Should_close_a_month_all_the_same()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("acme"));
        await house.UseAsync(Sample.Use("acme", 1000));
        await using var lockedTable = await LockAsync("RejectedUsage");
        var reports = Enumerable.Range(0, Requests).Select(_ => house.Http.GetAsync(new Uri("api/intake", UriKind.Relative))).ToList();
        await Eventually.HoldsAsync(WaitingAsync, waiting => waiting == Looking.Connections, "reports wait with all the connections that they may have");

        await house.CloseAsync("2026-10");
        await house.HearsAsync<ChargeSucceeded>();

        Assert.Equal(Looking.Connections, await WaitingAsync());
        Assert.All(reports, report => Assert.False(report.IsCompleted));
        await lockedTable.DisposeAsync();
        foreach (var report in await Task.WhenAll(reports))
            Assert.True(report.IsSuccessStatusCode);
    }

    Task<int> WaitingAsync() => Task.Run(async () => int.Parse((await house.ReadInAsync("""
        select count(*)::text from pg_stat_activity where datname = current_database() and application_name like '%-looks' and wait_event_type = 'Lock'
        """))[0], System.Globalization.CultureInfo.InvariantCulture));

    async Task<NpgsqlConnection> LockAsync(string table)
    {
        var connection = new NpgsqlConnection(house.Database.Administrator);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"""begin; lock table "{table}" in access exclusive mode""", connection);
        await command.ExecuteNonQueryAsync();
        return connection;      // closing it ends its transaction
    }
}
