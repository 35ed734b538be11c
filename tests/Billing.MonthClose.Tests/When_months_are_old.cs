using System.Net.Http.Json;
using System.Text.Json;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace Billing.MonthClose.Tests;

/// <summary>What grows for ever lies in months that are made ahead, and a month goes as a whole: never before its time, and never in the way of a run.</summary>
public sealed class When_months_are_old(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    static readonly string[] Tables = ["AuditEntry", "GatewayCall", "SagaEntry"];
    const string MakeAll = """select * from "MakeMonths"('AuditEntry', '2026-12-01')""";

    [Fact]
    public async Task Should_lie_in_months_that_were_made_ahead_and_go_while_a_run_is_under_way()
    {
        await WriteAuditAsync("2023-01-31");
        // the service's clock stands in a month that the server's may have left behind; months are made from the server's on
        foreach (var table in Tables)
            await house.ReadInAsync($"""select * from "MakeMonths"('{table}', '{house.Clock.GetUtcNow():yyyy-MM}-01')""");
        await ShouldGiveWayToWhoReadsAsync();

        var closed = house.BillOctoberAsync([.. Enumerable.Range(1, 30).Select(i => Sample.Account($"account-{i}"))]);
        Assert.Contains("AuditEntry_2023_01", await Eventually.HoldsAsync(DropOldAsync, gone => gone.Count > 0, "the month went between two steps"));
        await closed;
        await house.QuietAsync();
        await house.BooksAgreeAsync("2026-10");

        foreach (var table in Tables)
        {
            Assert.Equal(["0"], await house.ReadInAsync($"""select count(*)::text from "{table}_other" """));
            Assert.NotEqual(["0"], await house.ReadInAsync($"""select count(*)::text from "{table}" """));
        }

        var shown = await house.Http.GetFromJsonAsync<JsonElement>(new Uri("api/retention", UriKind.Relative));
        Assert.Equal(Tables, shown.EnumerateArray().Select(table => table.GetProperty("table").GetString()!));
        var ahead = house.Clock.GetUtcNow().AddMonths(3);
        Assert.All(shown.EnumerateArray(), table =>
            Assert.Contains(table.GetProperty("months").EnumerateArray(), month => month.GetProperty("month").GetString() == $"{ahead:yyyy-MM}-01"));
    }

    /// <summary>The clock went on while nobody was there to make the month.</summary>
    [Fact]
    public async Task Should_keep_a_row_that_comes_before_its_month_and_move_it_when_the_month_is_made()
    {
        await WriteAuditAsync("2029-05-17");
        Assert.Equal(["1"], await house.ReadInAsync("""select count(*)::text from "AuditEntry_other" """));

        Assert.Contains("AuditEntry_2029_05", await house.ReadInAsync("""select * from "MakeMonths"('AuditEntry', '2029-06-01')"""));

        Assert.Equal(["0"], await house.ReadInAsync("""select count(*)::text from "AuditEntry_other" """));
        Assert.Equal(["1"], await house.ReadInAsync("""select count(*)::text from "AuditEntry_2029_05" """));
        Assert.Empty(await house.ReadInAsync("""select * from "MakeMonths"('AuditEntry', '2029-06-01')"""));
    }

    /// <summary>Whoever takes over the service, or sets its settings wrongly, cannot make evidence go that is younger than the least.</summary>
    [Fact]
    public async Task Should_let_no_month_go_before_its_time()
    {
        await WriteAuditAsync("2023-01-31");
        await WriteAuditAsync("2023-02-01");
        await house.ReadInAsync(MakeAll);

        Assert.Equal(["AuditEntry_2023_01"], await house.ReadAsServiceAsync("""select * from "DropMonths"('AuditEntry', '2023-02-28')"""));
        Assert.Equal(["1"], await house.ReadInAsync("""select count(*)::text from "AuditEntry" where "At" < '2024-01-01'"""));

        var gone = await house.ReadAsServiceAsync("""select * from "DropMonths"('AuditEntry', '2099-01-01')""");
        Assert.Contains("AuditEntry_2023_02", gone);
        var least = TimeProvider.System.GetUtcNow().AddMonths(-24);
        Assert.All(gone, month => Assert.True(string.CompareOrdinal(month, $"AuditEntry_{least:yyyy_MM}") < 0, month));
        Assert.Contains("not divided by month", (await Assert.ThrowsAsync<PostgresException>(() =>
            house.ReadAsServiceAsync("""select * from "DropMonths"('Invoice', '2099-01-01')"""))).MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_refuse_a_setting_that_keeps_too_little_or_names_no_table()
    {
        house.Settings["Retention:Months:AuditEntry"] = "23";
        house.Settings["Retention:Months:Invoice"] = "120";

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(house.StartAnotherServiceAsync);

        house.Settings.Clear();

        Assert.Contains("Retention:Months:AuditEntry is 23; expected 24 to 1200 months.", refused.Failures);
        Assert.Contains("Retention:Months:Invoice is set, and no such table is kept by the month; expected one of AuditEntry, GatewayCall, SagaEntry.",
            refused.Failures);
    }

    /// <summary>Somebody reads the table for as long as it takes to be asked: the month stays, and nobody waits behind it.</summary>
    async Task ShouldGiveWayToWhoReadsAsync()
    {
        await using var connection = new NpgsqlConnection($"{house.Database.Service};Pooling=false");
        await connection.OpenAsync();
        await using var reading = await connection.BeginTransactionAsync();
        await using var read = new NpgsqlCommand("""select count(*) from "AuditEntry" """, connection, reading);
        await read.ExecuteScalarAsync();
        Assert.Empty(await DropOldAsync());
    }

    async Task<IReadOnlyList<string>> DropOldAsync()
    {
        try
        {
            return await house.ReadAsServiceAsync("""select * from "DropMonths"('AuditEntry', '2024-01-01')""");
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return [];
        }
    }

    Task WriteAuditAsync(string day) => house.BreakInAsync(
        $"""
        insert into "AuditEntry" ("Id", "At", "SubjectKind", "SubjectId", "What", "Who")
        values (gen_random_uuid(), '{day} 12:00:00+00', 'price', 'p', 'set', 'test')
        """);
}
