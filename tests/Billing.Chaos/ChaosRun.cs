using System.Diagnostics;
using System.Globalization;
using Billing.Chaos.Books;
using Billing.Chaos.Faults;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Seats.V1;
using Billing.Testing;
using Npgsql;

namespace Billing.Chaos;

/// <summary>
/// Rounds on one installation, or on several that share them. In each a month is closed while the processes are killed; then they run in peace until all is still, and the books are checked.
/// </summary>
sealed class ChaosRun : IAsyncDisposable
{
    /// <summary>
    /// Acts of a round: at least so many, also when the month has ended before; then until it has ended, but no more than the other. Where processes die from
    /// inside there are more, because each of them has to come up again to get to its next boundary.
    /// </summary>
    static (int Least, int Most) Acts(Plan plan) => plan.Inside || (plan.Replica && plan.Brokers > 1) ? (12, 40) : (6, 16);

    readonly Plan _plan;
    readonly Installation _installation;
    readonly Action<string> _say;
    readonly Commander _commander;
    readonly Business _business;
    readonly Stillness _stillness;
    readonly Violations _books;
    readonly Told _told = new();

    ChaosRun(Plan plan, Installation installation, Action<string> say)
    {
        (_plan, _installation, _say) = (plan, installation, say);
        _commander = new Commander(installation.Brokers, installation.VirtualHost);
        _business = new Business(plan);
        _stillness = new Stillness(installation);
        _books = new Violations(installation, _told);
    }

    /// <returns>How many violations were found. No round is begun after one that has some.</returns>
    public static async Task<int> RunAsync(Plan plan, Action<string> say, CancellationToken stopping = default)
    {
        var (all, done) = (new Tally(), new Done());
        var shares = plan.Shares;
        await Task.WhenAll(shares.Select(share =>
            RunShareAsync(share, shares.Count == 1 ? say : line => say($"seed {share.Seed}: {line}"), all, done, stopping)));
        say($"done: {all}");
        say(string.Create(CultureInfo.InvariantCulture,
            $"chaos: {done.Rounds} rounds, {all.Of("kill")} kills, {plan.Accounts} accounts, {done.Violations} violations"));
        return done.Violations;
    }

    static async Task RunShareAsync(Plan plan, Action<string> say, Tally all, Done done, CancellationToken stopping)
    {
        Installation installation = plan.Against is { } given ? await GivenInstallation.OpenAsync(given, plan, say) : await OwnInstallation.OpenAsync(plan);
        await using var run = new ChaosRun(plan, installation, say);
        for (var round = 1; round <= plan.Rounds && done.Violations == 0; round++)
        {
            var tally = new Tally();
            var violations = await run.RoundOrLateAsync(round, tally).WaitAsync(stopping);
            all.Add(tally);
            done.Add(violations.Count);
            foreach (var violation in violations.Take(50))
                say($"round {round}: {violation}");
            if (violations.Count > 0)
                say($"  {plan.Command}");
        }

        if (plan.Inside && installation is OwnInstallation { Hook: { } hook })
        {
            say($"inside: {hook.Words}");
            if (plan.Logs is not null)
                await File.WriteAllLinesAsync(Path.Combine(plan.Logs, "boundaries-not-died-at.txt"), hook.Unvisited, CancellationToken.None);
        }
    }

    /// <summary>What all installations have come to.</summary>
    sealed class Done
    {
        int _rounds, _violations;

        public int Rounds => Volatile.Read(ref _rounds);

        public int Violations => Volatile.Read(ref _violations);

        public void Add(int violations)
        {
            Interlocked.Increment(ref _rounds);
            Interlocked.Add(ref _violations, violations);
        }
    }

    /// <summary>What was waited for in vain is a violation like any other.</summary>
    async Task<List<string>> RoundOrLateAsync(int round, Tally tally)
    {
        try
        {
            return await RoundAsync(round, tally);
        }
        catch (TimeoutException late)
        {
            return [$"I5: {late.Message}", .. _installation.Faults];
        }
    }

    async Task<List<string>> RoundAsync(int round, Tally tally)
    {
        var watch = Stopwatch.StartNew();
        var phase = Stopwatch.StartNew();
        List<string> lasted = [];
        var period = _plan.PeriodOf(round);
        if (round == 1)
            await RegisterAsync();
        await TakeInAsync(round);
        if (await _stillness.WaitAsync() is { } early)
            return [$"I5: before the close: {early}"];
        Ends("taken in");

        await (_plan.Beside is null ? _installation.TeaseAsync(_plan.Seed + round) : _installation.SlowDownAsync());
        if (_plan.Inside)
            _installation.Arm();
        _told.Periods.Add(period.Year * 100 + period.Month);
        await CloseAsync(Plan.Text(period));
        await DisturbAsync(round, period.Year * 100 + period.Month, tally);
        Ends("disturbed");
        await _installation.AllAreReadyAsync();
        await MakeSeatsDueAsync();
        var late = await _stillness.WaitAsync();
        Ends("until still");
        var violations = await FindAsync(Plan.Text(period));
        if (late is not null)
            violations.Insert(0, $"I5: {late}");
        violations.AddRange(_installation.Faults);
        violations.AddRange(await _installation.ServerFaultsAsync());
        var closes = await _installation.RowsAsync("monthclose", $"""
            select "Step", count(*) from "AccountClose" c join "Run" r on r."CorrelationId" = c."RunId"
            where r."Period" = {period.Year * 100 + period.Month} group by 1 order by 1
            """);
        Ends("checked");
        _say(string.Create(CultureInfo.InvariantCulture,
            $"round {round}, {Plan.Text(period)}: {string.Join(", ", closes.Select(row => $"{row[1]} {row[0]}"))}; {tally}; {string.Join(", ", lasted)}, {watch.Elapsed.TotalSeconds:0} s"));
        return violations;

        void Ends(string name)
        {
            lasted.Add(string.Create(CultureInfo.InvariantCulture, $"{phase.Elapsed.TotalSeconds:0} s {name}"));
            phase.Restart();
        }
    }

    /// <summary>The month closes while people do what they do and everything that can go wrong does.</summary>
    async Task DisturbAsync(int round, int period, Tally tally)
    {
        using var stopping = new CancellationTokenSource();
        await MakeSeatsDueAsync();
        var traffic = new Traffic(_installation, _commander, _told, _plan, round, tally).RunAsync(stopping.Token);
        var mischief = _installation.MischiefOf(_plan.Dice(round, "faults"), tally, _say);
        var (least, most) = Acts(_plan);
        await mischief.RunAsync(least, most, () => HasEndedAsync(period));
        await mischief.EndAsync();
        _installation.Disarm();
        await stopping.CancelAsync();
        await traffic;
    }

    /// <summary>A day passes for the subscriptions, where that can be made, and the scheduler says that there is work.</summary>
    async Task MakeSeatsDueAsync()
    {
        await _installation.MakeSeatsDueAsync();
        await _commander.SayAsync(new StartSeatRefresh { DueAt = TimeProvider.System.GetUtcNow() });
    }

    async Task RegisterAsync()
    {
        var registrations = _business.Registrations().ToList();
        await _commander.SayAllAsync(registrations);
        var accounts = registrations.OfType<RegisterAccounts>().SelectMany(some => some.Accounts).Select(account => account.AccountId).ToList();
        _told.Accounts.UnionWith(accounts);
        await Eventually.HoldsAsync(() => _installation.AskAsync<long>("monthclose", """select count(*) from "Account" """), count => count == accounts.Count,
            "the accounts are registered");
        await Eventually.HoldsAsync(() => _installation.AskAsync<long>("seatrefresh", """select count(*) from "Subscription" """),
            count => count == Business.Subscriptions, "the subscriptions are registered");
        await _commander.SayAsync(new StartSeatRefresh { DueAt = TimeProvider.System.GetUtcNow() });
    }

    async Task TakeInAsync(int round)
    {
        foreach (var some in _business.Usage(round).Chunk(200))
        {
            await _commander.SayAsync(new RecordUsage { Records = some });
            _told.Usage.UnionWith(some.Select(record => $"{record.AccountId} {record.UsageId}"));
        }

        foreach (var credit in _business.Credits(round))
        {
            await _commander.SayAsync(credit);
            _told.Causes.Add($"credit:{credit.CreditId}");
        }

        await _commander.SayAllAsync(_business.Seats(round));
    }

    Task CloseAsync(string period) => _commander.SayAsync(new StartMonthClose { Period = period, RequestedBy = "chaos" });

    async Task<bool> HasEndedAsync(int period)
    {
        try
        {
            return await _installation.AskAsync<bool>("monthclose",
                $"""select exists (select 1 from "Run" where "Period" = {period} and "CompletedAt" is not null)""");
        }
        catch (NpgsqlException)
        {
            return false;       // the connection that was kept for it died with the server
        }
    }

    async Task<List<string>> FindAsync(string period)
    {
        var violations = await _books.FindAsync();
        violations.AddRange((await _stillness.FailedAsync()).Where(failed => !failed.IsRefusal)
            .Select(failed => $"I6: in {failed.Queue}: {failed.ExceptionType}: {failed.Reason}"));
        // what is broken already may not be there to be reconciled
        if (violations.Count == 0)
            violations.AddRange(await ReconcileAsync(period));
        return violations;
    }

    /// <summary>The product's own opinion: the view that compares four records of the money, and a pass of the reconciler.</summary>
    async Task<List<string>> ReconcileAsync(string period)
    {
        var violations = new List<string>();
        var view = await Eventually.HoldsAsync(
            () => _installation.AskMonthCloseAsync<ReconciliationSeen>($"api/runs/{period}/reconciliation"), view => view is not null,
            "the books are compared");
        violations.AddRange(view!.Differences.Select(one => $"reconciliation: {one.Kind} of {one.AccountId}: {one.Detail}"));
        var passes = await PassesAsync();
        await _commander.SayAsync(new StartReconciliation { Period = period, RequestedBy = "chaos" });
        await Eventually.HoldsAsync(PassesAsync, now => now > passes, "a pass of the reconciler ends");
        violations.AddRange((await _installation.RowsAsync("monthclose", """select "Class", "AccountId", "Detail" from "Drift" where "State" <> 'Accepted'"""))
            .Select(row => $"drift: {row[0]} of {row[1]}: {row[2]}"));
        return violations;
    }

    Task<long> PassesAsync() => _installation.AskAsync<long>("monthclose", """select count(*) from "ReconciliationPass" where "EndedAt" is not null""");

    public async ValueTask DisposeAsync()
    {
        await _commander.DisposeAsync();
        await _installation.DisposeAsync();
    }
}

sealed record ReconciliationSeen(IReadOnlyList<DifferenceSeen> Differences);

sealed record DifferenceSeen(string Kind, string AccountId, string Detail);
