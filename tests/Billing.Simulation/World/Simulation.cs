using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Collect.Webhooks;
using Billing.Simulation.Broker;
using Billing.Simulation.Database;
using Billing.Simulation.Gateway;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Simulation.World;

/// <summary>How one seed ended.</summary>
/// <param name="Seed">It happens again in the same way.</param>
/// <param name="Violations">What was not true; none when all is well.</param>
/// <param name="Steps">Messages that were handled.</param>
/// <param name="Deaths">Of processes, in the middle of a step.</param>
/// <param name="Happened">All mischief, each by its name and number.</param>
/// <param name="Of">What happened.</param>
sealed record Outcome(long Seed, IReadOnlyList<string> Violations, int Steps, int Deaths, IReadOnlyList<string> Happened, Worlds Of = Worlds.Months);

/// <summary>What of a seed is left out.</summary>
/// <param name="Accounts">At most so many accounts, or subscriptions.</param>
/// <param name="Only">The mischief that may happen, such as <c>Death.0</c>; all that is drawn when null.</param>
sealed record Knobs(int Accounts = Plan.MostAccounts, IReadOnlyCollection<string>? Only = null)
{
    public static readonly Knobs None = new();

    /// <summary>As the command line takes them.</summary>
    public override string ToString() => (Accounts == Plan.MostAccounts ? "" : $" --accounts {Accounts}")
        + (Only is null ? "" : $" --only {(Only.Count == 0 ? "nothing" : string.Join(',', Only))}");
}

/// <summary>Lets one month after the other happen, each from one seed, on one service.</summary>
sealed class Simulation : ISimulation
{
    /// <summary>More than any month needs: beyond it something goes round in circles.</summary>
    const int MostSteps = 5000;

    /// <summary>Of others, while a process stands still.</summary>
    const int MostStepsInAStall = 30;

    /// <summary>Of so many seeds, one is checked after each step and not only at its end.</summary>
    const int CheckedAtEachStep = 20;

    /// <summary>Of so many seeds, the books of one are reconciled when all is over.</summary>
    const int ReconciledAtTheEnd = 10;

    public static readonly DateTimeOffset Begin = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    static readonly Func<SqliteMonthCloseDbContext, Task<DateTime?>> NextDue =
        EF.CompileAsyncQuery((SqliteMonthCloseDbContext db) => db.Set<OutboxMessage>().Min(message => message.EnqueueTime));

    static readonly Func<SqliteMonthCloseDbContext, DateTime, IAsyncEnumerable<OutboxMessage>> DueAt =
        EF.CompileAsyncQuery<SqliteMonthCloseDbContext, DateTime, OutboxMessage>((db, now) => db.Set<OutboxMessage>().AsNoTracking()
            .Where(message => message.EnqueueTime <= now).OrderBy(message => message.SequenceNumber));

    static readonly Func<SqliteMonthCloseDbContext, Task<bool>> IsAskedFor =
        EF.CompileAsyncQuery((SqliteMonthCloseDbContext db) => db.Charges.Any(charge => charge.State == ChargeState.Pending));

    /// <summary>What a sweep could find; most of the time there is nothing, and a sweep is five transactions.</summary>
    static readonly Func<SqliteMonthCloseDbContext, Task<bool>> IsOpen =
        EF.CompileAsyncQuery((SqliteMonthCloseDbContext db) =>
            db.Charges.Where(charge => charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown).Select(_ => 1)
                .Concat(db.Refunds.Where(refund => refund.State == RefundState.Pending).Select(_ => 1)).Any());

    readonly Connections _connections;
    readonly KeptStatements _statements = new();
    readonly Templates _templates;
    readonly VirtualClock _clock = new();
    readonly Plan _plan = new();
    readonly Guards _guards;
    readonly SimulatedService _service;
    readonly People _people;
    readonly List<PersonalAct> _acts = [];
    readonly Commands _commands = new();
    readonly List<string> _violations = [];
    int _steps;
    int _deaths;
    int _depth;

    Simulation(Guards guards)
    {
        _guards = guards;
        _connections = new Connections(oneForAll: guards.AccountLock) { Depth = () => _depth };
        _templates = new Templates(_connections.First, _statements);
        _service = new SimulatedService(_clock, _plan, guards, _connections, _statements);
        if (!guards.AccountLock)
            _service.Boundaries.Between = BetweenAsync;
        _people = new People(_plan, guards, _clock, _service.Gateway, _service.Services);
        _service.Broker.Heard = Hear;
        _service.Gateway.Meanwhile = MeanwhileAsync;
        _service.Gateway.Stall = StallAsync;
        _service.Gateway.Tell = TellAsync;
        _service.Gateway.Waiting = account =>
        {
            if (_plan.Below(4) == 0)
                _acts.Add(_people.AskSoon(account));
        };
    }

    public Action<string>? Trace { get; set; }

    public static async Task<Simulation> CreateAsync(Guards guards)
    {
        var simulation = new Simulation(guards);
        await simulation.MakeTemplatesAsync();
        return simulation;
    }

    public async Task<Outcome> RunAsync(long seed, Knobs? knobs = null)
    {
        _plan.AccountsAtMost = (knobs ?? Knobs.None).Accounts;
        _plan.Only = knobs?.Only?.ToHashSet();
        _plan.Draw(seed);
        Reset(_plan.Accounts);
        _service.Gateway.Trace = Trace;
        try
        {
            _acts.AddRange(_people.Draw(Begin));
            _acts.AddRange(_people.DrawPauses(Begin));
            await _people.AskAsync();
            await RunOutAsync();
            await TendAsync();
            await CheckAsync();
            if (seed % ReconciledAtTheEnd == 0 && _violations.Count == 0)
                await ReconcileAsync();
        }
        catch (GoesRoundException)
        {
            _violations.Add($"I5: after {MostSteps} steps it still goes on");
        }

        return new Outcome(seed, [.. _violations], _steps, _deaths, [.. _plan.Happened]);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _connections.Dispose();
    }

    /// <summary>A database for each number of accounts, in which all month long nothing went wrong.</summary>
    async Task MakeTemplatesAsync()
    {
        await using (var scope = _service.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<MonthCloseDbContext>();
            await db.Database.EnsureCreatedAsync();
            if (!_guards.OneOpenCharge)
                await db.Database.ExecuteSqlRawAsync("DROP INDEX \"OneOpenCharge\"");
            if (!_guards.OneSucceededCharge)
                await db.Database.ExecuteSqlRawAsync("DROP INDEX \"OneSucceededCharge\"");
            if (!_guards.OneInvoice)
                await db.Database.ExecuteSqlRawAsync("DROP INDEX \"IX_Invoice_AccountId_Period\"");
        }

        var bus = _service.Services.GetRequiredService<IBus>();
        for (var accounts = 1; accounts <= Plan.MostAccounts; accounts++)
        {
            _plan.Calm(accounts);
            Reset(0);
            await bus.Publish(new SetPrice { PriceCode = "api-calls", Currency = "USD", Description = "API calls", Model = "unit", UnitPrice = 1m });
            await bus.Publish(new SetTaxRate { Country = "DE", Name = "VAT 19 %", Rate = 0.19m, ValidFrom = new DateOnly(2021, 1, 1) });
            for (var i = 1; i <= accounts; i++)
                await bus.Publish(new RegisterAccount
                {
                    AccountId = $"a{i}",
                    Name = $"a{i}",
                    Currency = "USD",
                    Email = $"a{i}@example.com",
                    PaymentMethod = "pm_1",
                    Country = "DE"
                });
            await UntilQuietAsync();
            await bus.Publish(new RecordUsage
            {
                Records = [.. Enumerable.Range(1, accounts).Select(i => new UsageRecord
                {
                    AccountId = $"a{i}", UsageId = $"u{i}", PriceCode = "api-calls", Quantity = 10 * i, StartedAt = Begin.AddDays(-10)
                })]
            });
            await UntilQuietAsync();
            _templates.Keep(accounts);
        }
    }

    /// <param name="accounts">Of the template; 0 for an empty database.</param>
    void Reset(int accounts)
    {
        _templates.Restore(accounts);
        _clock.Now = Begin;
        _service.Broker.Reset();
        _service.Gateway.Reset();
        _service.Sequences.Reset();
        _service.Inbox.Reset();
        _acts.Clear();
        _service.Letters.Clear();
        _violations.Clear();
        _commands.Clear();
        (_steps, _deaths, _depth) = (0, 0, 0);
    }

    /// <summary>Until nothing is under way, no timer is set, and nobody means to do anything.</summary>
    async Task RunOutAsync()
    {
        do
            await UntilQuietAsync();
        while (await MoveClockAsync());
    }

    async Task UntilQuietAsync()
    {
        while (_service.Broker.Next() is { } delivery)
        {
            await StepAsync(delivery);
            await ActAsync();
        }
    }

    /// <summary>People do not wait until the queues are empty.</summary>
    async Task ActAsync()
    {
        foreach (var act in _acts.FindAll(act => act.At <= _clock.Now))
        {
            Say(act.What);
            _acts.Remove(act);
            await act.Act();
        }
    }

    /// <returns>False when nothing is to come any more.</returns>
    async Task<bool> MoveClockAsync()
    {
        var (due, asked) = await AskAsync(async db => (await NextDue(db), await IsAskedFor(db)));
        var next = new[] { _service.Broker.NextAt, due is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null, Earliest(_service.Gateway.Acts, act => act.At),
            Earliest(_acts, act => act.At) }.Min();
        if (_guards.ChargeSweep && asked)
            next = Min(next, _clock.Now.AddMinutes(3));
        if (next is null)
            return await SweepAsync(_clock.Now.AddHours(2));
        _clock.Now = next > _clock.Now ? next.Value : _clock.Now;
        await BecomeDueAsync();
        return true;
    }

    /// <summary>What timers, the gateway, people and the sweep do by now.</summary>
    async Task BecomeDueAsync()
    {
        await SendDueAsync();
        foreach (var act in _service.Gateway.Acts.FindAll(act => act.At <= _clock.Now))
        {
            Say($"the gateway: {act.What}");
            _service.Gateway.Acts.Remove(act);
            await act.Act();
        }

        await ActAsync();
        await SweepAsync(_clock.Now);
    }

    async Task<bool> SweepAsync(DateTimeOffset at)
    {
        if (!_guards.ChargeSweep || !await AskAsync(IsOpen))
            return false;
        _clock.Now = at;
        var found = await _service.Services.GetRequiredService<ChargeSweep>().SweepAsync(CancellationToken.None);
        if (found > 0)
            Say($"the sweep found {found}");
        return found > 0;
    }

    async Task SendDueAsync()
    {
        var now = _clock.Now.UtcDateTime;
        foreach (var message in await AskAsync(db => DueAt(db, now).ToListAsync().AsTask()))
        {
            await AskAsync(db => db.Set<OutboxMessage>().Where(one => one.SequenceNumber == message.SequenceNumber).ExecuteDeleteAsync());
            _service.Broker.Take(message);
        }
    }

    /// <summary>At last an operator does what alerts ask of him: takes up what halted or was cancelled, and what was parked.</summary>
    async Task TendAsync()
    {
        for (var round = 0; round < 4; round++)
        {
            var run = await AskAsync(db => db.Runs.AsNoTracking().SingleOrDefaultAsync());
            if (run is null || run.CurrentState is nameof(MonthCloseRun.Halted) or nameof(MonthCloseRun.Cancelled))
                await _people.AskAsync();
            else if (await AskAsync(db => db.AccountCloses.AnyAsync(close => close.Step == CloseStep.Parked)))
                await _people.UnparkAsync();
            else
                return;
            Say("an operator tends to what is left");
            await RunOutAsync();
        }
    }

    /// <summary>The service's own reconciler looks at the same books. What it repairs must not break what was true.</summary>
    async Task ReconcileAsync()
    {
        _clock.Now += TimeSpan.FromHours(1);        // nothing is on its way any more
        Say("an operator has the month reconciled");
        await _people.ReconcileAsync();
        await RunOutAsync();
        _violations.AddRange(await AskAsync(Invariants.DriftsAsync));
        await CheckAsync();
    }

    async Task CheckAsync() =>
        _violations.AddRange(await AskAsync(db => Invariants.BrokenAsync(db, _service.Gateway, _service.Letters, _commands)));

    async Task StepAsync(Delivery delivery)
    {
        if (++_steps > MostSteps)
            throw new GoesRoundException();
        Say($"{delivery.Queue["month-close-".Length..]} {delivery.Type} {delivery.MessageId.ToString()[..8]}");
        if (_service.Broker.Loses(delivery))
        {
            Say("  it is lost");
            return;
        }

        _clock.Now += _plan.StepTime();
        var (step, asker) = (_service.Boundaries.Enter(_plan.DiesAt()), _service.Gateway.Asker);
        (_service.Gateway.Asker, _depth) = (delivery.Type, _depth + 1);
        try
        {
            await _service.DispatchAsync(delivery);
        }
        catch (Exception) when (step.IsDead)
        {
            Say("  its process died; the message comes again");
            _deaths++;
            _service.Broker.GiveBack(delivery);
        }
        catch (GoesRoundException)
        {
            throw;
        }
        catch (Exception failure)
        {
            Say($"  failed for good: {failure.GetType().Name}: {failure.Message}");
            if (failure is Hosting.CommandRejectedException)
                _commands.Refused(delivery.Body);
            else
                _violations.Add($"I0: {delivery.Type} failed for good: {failure.GetBaseException().Message}");
        }
        finally
        {
            _service.Boundaries.Leave(step);
            (_service.Gateway.Asker, _depth) = (asker, _depth - 1);
        }

        // dear, so for some seeds only, and where nothing of what a guard keeps is seen at the end
        if (_depth == 0 && (_plan.Seed % CheckedAtEachStep == 0 || !_guards.OneOpenCharge) && _violations.Count == 0)
            _violations.AddRange(await AskAsync(db => Invariants.BrokenMeanwhileAsync(db, _service.Gateway)));
    }

    /// <summary>While the gateway thinks, no lock is held and other messages are handled.</summary>
    async Task MeanwhileAsync()
    {
        if (_depth > 2)
            return;
        await ActAsync();
        await StepOnAsync(_plan.StepsMeanwhile());
    }

    /// <summary>As many messages as that, or as there are.</summary>
    async Task StepOnAsync(int most)
    {
        for (var steps = most; steps > 0 && _service.Broker.Next() is { } delivery; steps--)
            await StepAsync(delivery);
    }

    /// <summary>A process stands still, and has what it was told before it. The others go on, and may take its work for left behind.</summary>
    async Task StallAsync(TimeSpan time)
    {
        if (_depth > 2)
            return;
        Say($"  its process stands still for {time:g}");
        _clock.Now += time;
        // who does this is not the process that stands still, and does not die with it
        var others = _service.Boundaries.Enter(-1);
        try
        {
            await BecomeDueAsync();
            await StepOnAsync(MostStepsInAStall);
        }
        finally
        {
            _service.Boundaries.Leave(others);
        }

        Say("  it goes on");
    }

    /// <summary>Another step, while one has read accounts and has not written yet.</summary>
    async Task BetweenAsync()
    {
        if (_depth == 1 && _plan.Below(2) == 0 && _service.Broker.Next() is { } delivery)
            await StepAsync(delivery);
    }

    async Task TellAsync(byte[] body) =>
        await WebhookEndpoint.TakeAsync(_service.Services, WebhookEndpoint.Read(body, _clock.Now)!, CancellationToken.None);

    void Hear(string type, string body)
    {
        Trace?.Invoke($"    said {type[(type.LastIndexOf(':') + 1)..]}");
        _commands.Heard(type[(type.LastIndexOf(':') + 1)..], body);
        if (type.EndsWith(":SendEmails", StringComparison.Ordinal))
            _service.Letters.AddRange(Invariants.LettersIn(body));
    }

    async Task<T> AskAsync<T>(Func<SqliteMonthCloseDbContext, Task<T>> question)
    {
        await using var scope = _service.Services.CreateAsyncScope();
        return await question((SqliteMonthCloseDbContext)scope.ServiceProvider.GetRequiredService<MonthCloseDbContext>());
    }

    void Say(string what) => Trace?.Invoke($"{_clock.Now:MM-dd HH:mm:ss} {new string(' ', 2 * _depth)}{what}");

    static DateTimeOffset? Earliest<T>(List<T> acts, Func<T, DateTimeOffset> at) => acts.Count == 0 ? null : acts.Min(at);

    static DateTimeOffset? Min(DateTimeOffset? one, DateTimeOffset other) => one is { } it && it < other ? it : other;

    sealed class GoesRoundException : Exception;
}
