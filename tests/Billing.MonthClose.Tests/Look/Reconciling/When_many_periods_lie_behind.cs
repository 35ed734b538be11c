using System.Diagnostics;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Xunit;
using Xunit.Abstractions;

namespace Billing.MonthClose.Tests.Look.Reconciling;

/// <summary>A pass of a night costs what its period costs; each class of drift is found as ever.</summary>
[TakesLong(25)]
public class When_many_periods_lie_behind(MonthCloseHouse house, ITestOutputHelper output) : IClassFixture<MonthCloseHouse>
{
    const int Accounts = 60;

    /// <summary>What is added up, and the rows that an account has in a period.</summary>
    static readonly Dictionary<string, int> Sums = new() { ["LedgerEntry"] = 4, ["LedgerTransaction"] = 2, ["LedgerSubtotal"] = 1, ["InvoiceLine"] = 1, ["AccountBalance"] = 1 };

    /// <summary>What someone did by hand to an entry of February 2025, which no pass of a night adds up any more.</summary>
    static readonly (string Account, string Sql)[] ByHand =
    [
        ("account-1", """update "LedgerEntry" set "Amount" = "Amount" - 1 where "Account" = 'revenue' and"""),
        ("account-2", """update "LedgerEntry" set "Amount" = "Amount" + 1 where "Account" = 'receivable' and "Amount" > 0 and"""),
        ("account-3", """update "LedgerEntry" set "Amount" = "Amount" * 2 where "Account" in ('cash', 'receivable') and "Position" in (1, 2) and"""),
        ("account-4", """update "LedgerEntry" set "Account" = 'refunds-due' where "Account" = 'cash' and"""),
        ("account-5", """delete from "LedgerEntry" where "Account" = 'cash' and"""),
        ("account-6", """delete from "LedgerEntry" where"""),
        ("account-7", """insert into "LedgerEntry" select (jsonb_populate_record(e, '{"Position": 9}')).* from "LedgerEntry" e where "Account" = 'cash' and""")
    ];

    [Fact]
    public async Task Should_read_what_its_period_has_and_find_an_old_entry_that_was_changed_within_as_many_nights()
    {
        await house.BillOctoberAsync([.. Enumerable.Range(1, Accounts).Select(i => Sample.Account($"account-{i}"))]);
        await house.QuietAsync();
        house.Clock.Advance(TimeSpan.FromDays(2));      // October is over for more than a day
        await house.AddHistoryAsync(1, 1);
        Assert.Equal(0, (await house.ReconcileAsync(null)).Found);
        var one = await RowsReadInANightAsync();

        await house.BreakInAsync("""delete from "LedgerSubtotal"; delete from "LedgerMonth";""");
        await house.AddHistoryAsync(24, 2);
        Assert.Equal(0, (await house.ReconcileAsync(null)).Found);
        Assert.Equal(24 * Accounts, await house.AskAsync(db => db.LedgerSubtotals.CountAsync()));
        var many = await RowsReadInANightAsync();
        foreach (var table in Sums.Keys)
            output.WriteLine($"{table}: {one[table]} rows with 1 period behind, {many[table]} with 24");
        // some ten checks read the rows of a period; tables of one page are read whole by the planner, so what was read of one period may be more
        Assert.All(Sums, table => Assert.InRange(many[table.Key], 1, 10 * Accounts * table.Value));

        await ChangeAsync();
        var found = new List<string>();
        var nights = 0;
        for (; found.Count < ByHand.Length && nights < 24; nights++)
        {
            var pass = await house.ReconcileAsync(null);
            found.AddRange(house.Heard<DriftFound>(drift => drift.PassId == pass.PassId && drift is { Class: DriftClass.LedgerMonthChanged, Outcome: "Parked" })
                .Select(drift => drift.AccountId));
        }

        output.WriteLine($"found in night {nights}");
        Assert.Equal(ByHand.Select(one => one.Account), found.Order(StringComparer.Ordinal));

        // now that its entries are known to be wrong, each is added up from the first on, every night
        var next = await house.ReconcileAsync(null);
        var heard = house.Heard<DriftFound>(drift => drift.PassId == next.PassId).Select(drift => (drift.AccountId, drift.Class)).ToList();
        Assert.Contains(("account-1", DriftClass.LedgerOutOfBalance), heard);

        // and whoever asks for the month has it compared at once
        var asked = await house.ReconcileAsync("2025-02");
        Assert.Equal(ByHand.Length, asked.Found);
    }

    Task ChangeAsync() => house.BreakInAsync(string.Join("\n", ByHand.Select(one => $"{one.Sql} \"AccountId\" = '{one.Account}' and \"Month\" = 202502;")));

    /// <summary>Rows of each table that the statements of a pass read, as the database itself counts them.</summary>
    async Task<Dictionary<string, double>> RowsReadInANightAsync()
    {
        await house.BreakInAsync("analyze");
        using var statements = new Statements(await house.AskAsync(db => Task.FromResult(db.Database.GetDbConnection().Database)));
        await house.ReconcileAsync(null);
        statements.Dispose();
        await using var connection = new NpgsqlConnection(await house.AskAsync(db => Task.FromResult(db.Database.GetConnectionString())));
        await connection.OpenAsync();
        var rows = Sums.Keys.ToDictionary(table => table, _ => 0.0);
        foreach (var statement in statements.Read)
        {
            await using var explain = new NpgsqlCommand($"explain (analyze, format json) {statement.CommandText}", connection);
            explain.Parameters.AddRange(statement.Parameters.Select(parameter => parameter.Clone()).ToArray());
            using var plan = JsonDocument.Parse((string)(await explain.ExecuteScalarAsync())!);
            Count(plan.RootElement[0].GetProperty("Plan"), rows);
        }

        return rows;
    }

    static void Count(JsonElement node, Dictionary<string, double> rows)
    {
        double Of(string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
        if (node.TryGetProperty("Relation Name", out var relation) && rows.ContainsKey(relation.GetString()!))
            rows[relation.GetString()!] += (Of("Actual Rows") + Of("Rows Removed by Filter") + Of("Rows Removed by Index Recheck")) * Of("Actual Loops");
        if (node.TryGetProperty("Plans", out var plans))
            foreach (var child in plans.EnumerateArray())
                Count(child, rows);
    }

    /// <summary>The statements that read the books of one database, as they are sent to it.</summary>
    sealed class Statements : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        readonly List<NpgsqlCommand> _read = [];
        readonly List<IDisposable> _subscriptions = [];
        readonly string _database;

        public Statements(string database)
        {
            _database = database;
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public IReadOnlyList<NpgsqlCommand> Read => _read;

        public void OnNext(DiagnosticListener listener)
        {
            if (listener.Name == DbLoggerCategory.Name)
                _subscriptions.Add(listener.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> happened)
        {
            if (happened.Value is CommandEventData { Command: NpgsqlCommand command } && happened.Key == RelationalEventId.CommandExecuting.Name
                && command.Connection!.Database == _database && command.CommandText.StartsWith("SELECT", StringComparison.Ordinal)
                && !command.CommandText.Contains("FOR UPDATE", StringComparison.Ordinal)
                && Sums.Keys.Any(table => command.CommandText.Contains($"\"{table}\"", StringComparison.Ordinal)))
                lock (_read)
                    _read.Add(command.Clone());
        }

        public void OnCompleted() { }

        public void OnError(Exception error) { }

        public void Dispose()
        {
            foreach (var subscription in _subscriptions)
                subscription.Dispose();
        }
    }
}

/// <summary>The same disagreements, found by a pass as each night, which reads what came before as subtotals.</summary>
public class When_two_records_disagree_and_many_periods_lie_behind(MonthCloseHouse house) : When_two_records_of_the_same_money_disagree(house)
{
    protected override string? Asked => null;

    protected override async Task AddHistoryAsync()
    {
        await House.AddLedgerHistoryAsync(12, 1);
        Assert.Equal(0, (await House.ReconcileAsync(null)).Found);
        Assert.Equal(202609, await House.AskAsync(db => db.LedgerMonths.MaxAsync(month => month.Month)));
    }
}
