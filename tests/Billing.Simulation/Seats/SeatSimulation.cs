using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Billing.Contracts.Seats.V1;
using Billing.Hosting.Work;
using Billing.SeatRefresh;
using Billing.SeatRefresh.Refreshing;
using Billing.SeatRefresh.Walking;
using Billing.Simulation.Broker;
using Billing.Simulation.World;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Simulation.Seats;

/// <summary>Lets days of seats happen, one seed after the other, in some processes of the service on one database.</summary>
sealed class SeatSimulation : ISimulation
{
    /// <summary>More than any days need: beyond it something goes round in circles.</summary>
    const int MostSteps = 5000;

    public static readonly DateTimeOffset Begin = new(2026, 10, 15, 5, 59, 0, TimeSpan.Zero);
    static readonly TimeSpan TickEvery = TimeSpan.FromHours(6);

    readonly SqliteConnection _connection = new("Data Source=:memory:;Foreign Keys=True");
    readonly SqliteConnection _template = new("Data Source=:memory:");
    readonly Plan _plan = new();
    readonly SeatGuards _guards;
    readonly SeatService _service;
    readonly SeatPeople _people;
    readonly List<SeatProcess> _processes = [];
    readonly List<PersonalAct> _acts = [];
    readonly List<SeatChangeRow> _published = [];
    readonly List<string> _violations = [];
    int _steps;
    int _deaths;

    SeatSimulation(SeatGuards guards)
    {
        _guards = guards;
        _connection.Open();
        _template.Open();
        _service = new SeatService(_plan, guards, _connection);
        _people = new SeatPeople(_plan, _service);
        _service.Broker.Heard = Hear;
        _service.Gate.Died = Restart;
        _service.Gate.WasSlow = (who, time) => Say($"  {who.Process.Name}: a statement takes {time.TotalSeconds:F0} s");
        _service.Watch.Tell = what => Say($"  {what}");
    }

    public Action<string>? Trace { get; set; }

    SeatClock Clock => _service.Clock;
    Gate Gate => _service.Gate;
    SeatWatch Watch => _service.Watch;

    public static async Task<SeatSimulation> CreateAsync(SeatGuards guards)
    {
        var simulation = new SeatSimulation(guards);
        await simulation.MakeTemplateAsync();
        return simulation;
    }

    /// <summary>Without a context of the caller's: whoever is let in goes on at once, in this thread.</summary>
    public Task<Outcome> RunAsync(long seed, Knobs? knobs = null) => Task.Run(() => DaysAsync(seed, knobs ?? Knobs.None));

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _connection.DisposeAsync();
        await _template.DisposeAsync();
    }

    async Task<Outcome> DaysAsync(long seed, Knobs knobs)
    {
        _plan.AccountsAtMost = knobs.Accounts;
        _plan.Only = knobs.Only?.ToHashSet();
        _plan.DrawSeats(seed);
        await HappenAsync();
        return new Outcome(seed, [.. _violations, .. Watch.Violations], _steps, _deaths, [.. _plan.Happened], Worlds.Seats);
    }

    async Task HappenAsync()
    {
        Reset();
        try
        {
            await _people.BeginAsync();
            // a window of the longer age is seen after four ticks, one of the shorter after two
            var ticks = _plan.MaxAge > TickEvery ? 4 : 3;
            for (var tick = 0; tick < ticks; tick++)
                if (!_plan.Happens(Mischief.LostTick))
                    _acts.Add(new PersonalAct(Begin.AddMinutes(1) + (TickEvery * tick), "a tick", _people.TickAsync));
            _acts.AddRange(_people.Draw(Begin.AddMinutes(1), TickEvery * ticks, TickEvery));
            _acts.AddRange(_people.DrawSettings(Begin.AddMinutes(1), TickEvery * ticks, TickEvery));
            await RunOutAsync();
            CheckQuiet();
            Say("an operator lets the jobs run, and the last tick comes");
            await _people.RunOnAsync(1 + _plan.Below(3));
            await RunOutAsync();
            CheckQuiet();
            await _people.TickAsync();
            await RunOutAsync();
            CheckQuiet();
            CheckEnd();
        }
        catch (GoesRoundException)
        {
            _violations.Add($"I5: after {MostSteps} steps it still goes on");
        }
    }

    /// <summary>An empty database; and calm days, in which everything happens once before it is counted on.</summary>
    async Task MakeTemplateAsync()
    {
        await using (var scope = _service.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<SeatRefreshDbContext>();
            await db.Database.EnsureCreatedAsync();
            await db.Database.ExecuteSqlRawAsync(
                """INSERT INTO "RefreshSettings" ("Id", "MaxRunning", "Jobs", "Batch", "Draining") VALUES (1, 6, 'On', 'Off', 0)""");
            if (!_guards.Tick)
                await db.Database.ExecuteSqlRawAsync(
                    """DROP TABLE "RefreshTick"; CREATE TABLE "RefreshTick" ("DueAt" INTEGER NOT NULL, "StartedAt" INTEGER NOT NULL)""");
        }

        _connection.BackupDatabase(_template);
        _plan.CalmSeats();
        await Task.Run(HappenAsync);
        if (_guards == SeatGuards.All && (_violations.Count > 0 || Watch.Violations.Count > 0))
            throw new InvalidOperationException($"On calm days: {string.Join("; ", _violations.Concat(Watch.Violations))}");
    }

    void Reset()
    {
        _template.BackupDatabase(_connection);
        using (var capacity = new SqliteCommand("""UPDATE "RefreshSettings" SET "MaxRunning" = @jobs, "Batch" = @batch""", _connection))
        {
            capacity.Parameters.AddWithValue("@jobs", _plan.MaxRunning);
            capacity.Parameters.AddWithValue("@batch", _plan.Batch ? "On" : "Off");
            capacity.ExecuteNonQuery();
        }

        Clock.Reset();
        Clock.Now = Begin;
        (_service.Options.MaxAge, _service.Options.ClaimAtOnce, _service.Options.BatchSize) = (_plan.MaxAge, _plan.ClaimAtOnce, _plan.ClaimAtOnce);
        Gate.Reset();
        _service.Broker.Reset();
        _service.Inbox.Reset();
        _service.Facts.Clear();
        _service.Told.Clear();
        Watch.Reset();
        _people.Reset();
        _acts.Clear();
        _published.Clear();
        _violations.Clear();
        (_steps, _deaths) = (0, 0);
        _processes.Clear();
        for (var i = 1; i <= _plan.Processes; i++)
            _processes.Add(_service.Start($"process {i}"));
    }

    /// <summary>Until nobody has anything to do, now or later.</summary>
    async Task RunOutAsync()
    {
        do
        {
            await ActAsync();
            Clock.Fire();
        }
        while (await StepAsync() || MoveClock());
    }

    async Task ActAsync()
    {
        foreach (var act in _acts.FindAll(act => act.At <= Clock.Now))
        {
            Say(act.What);
            _acts.Remove(act);
            await act.Act();
        }
    }

    /// <summary>One of all who would go on goes on: a transaction, a look, or a message.</summary>
    /// <returns>False when there is nobody.</returns>
    async Task<bool> StepAsync()
    {
        var awake = _processes.FindAll(process => process.IsAwake(Clock.Now));
        var transactions = Gate.Waiting.Where(waiting => waiting.Who.Process.IsAwake(Clock.Now)).ToList();
        var looks = awake.FindAll(MayLook);
        var walks = awake.FindAll(process => WalksAt(process) <= Clock.Now);
        var messages = awake.Count == 0 ? 0 : _service.Broker.Waiting.Count(one => one.From <= Clock.Now);
        if (transactions.Count + looks.Count + walks.Count + messages == 0)
            return false;
        if (++_steps > MostSteps)
            throw new GoesRoundException();
        Clock.Now += _plan.StepTime();
        var drawn = _plan.Below(transactions.Count + looks.Count + walks.Count + messages);
        if (drawn < transactions.Count)
            LetIn(transactions[drawn]);
        else if (drawn < transactions.Count + looks.Count)
            Look(looks[drawn - transactions.Count]);
        else if (drawn < transactions.Count + looks.Count + walks.Count)
            Walk(walks[drawn - transactions.Count - looks.Count]);
        else
            await DispatchAsync(_plan.Of(awake), _service.Broker.Next()!);
        return true;
    }

    void LetIn(Waiting waiting)
    {
        var (who, process) = (waiting.Who, waiting.Who.Process);
        if (_plan.Happens(Mischief.Stall))
        {
            var time = _plan.StallTime();
            process.AwakeAt = Clock.Now + time;
            process.TimersFrom = process.AwakeAt + _plan.TimersAreLate();
            Say($"{process.Name} stands still for {time.TotalSeconds:F0} s");
            return;
        }

        Say($"{process.Name}: {who.What}");
        var before = Watch.Version;
        Gate.LetIn(waiting, _connection.Handle!);
        if (who.What == Actor.Beat && Watch.Version == before && !process.IsDead)
            WaitUntilLost(who.Job!);
    }

    /// <summary>Who finds his slot lost in a beat tells the job, in a thread of its own; what comes next must not depend on how soon it is heard.</summary>
    void WaitUntilLost(Job job)
    {
        foreach (var waiting in Gate.Waiting.Where(one => one.Who.Job == job && one.Who.What == Actor.AtWork && one.Token.CanBeCanceled))
            SpinWait.SpinUntil(() => waiting.Token.IsCancellationRequested, TimeSpan.FromSeconds(1));
    }

    /// <summary>
    /// A worker looks every five seconds. What it sees depends on what is written down and on instants that pass, so it is let look when either has changed,
    /// and could have it find work; and at once when it is woken.
    /// </summary>
    bool MayLook(SeatProcess process) => process.Pass is null && (IsWoken(process) || LooksAt(process) <= Clock.Now);

    DateTimeOffset? LooksAt(SeatProcess process)
    {
        var books = Watch.Books;
        if (process.Pass is not null || (!books.Draining && books.Subscriptions.All(one => one.RetryAt is null)))
            return null;
        var (soon, seen) = (process.LookedAt + _service.Options.LookEvery, process.LookedAtVersion == Watch.Version);
        if (!seen && (books.Draining || books.Subscriptions.Any(one => one.RetryAt <= soon)))
            return soon;
        var next = books.Subscriptions.Select(one => one.RetryAt)
            .Concat(books.Subscriptions.Where(_ => books.Draining).Select(one => one.NextRefreshAt))
            .Concat(books.Slots.Select(slot => slot.LeasedUntil?.AddTicks(1)))
            .Where(at => at > (seen ? process.LookedAt : soon)).Min();
        return next is null ? null : next > soon ? soon + (_service.Options.LookEvery * Math.Ceiling((next.Value - soon) / _service.Options.LookEvery)) : soon;
    }

    /// <summary>When it goes on with a walk: at once when it is woken, or five seconds after it did so last, or the tick was taken.</summary>
    DateTimeOffset? WalksAt(SeatProcess process) =>
        process.Walk is not null || Watch.Books.IsPaused || Watch.Books.Walks.Count == 0 ? null
        : SetOf(process.WalkSignal).Reader.TryPeek(out _) ? Clock.Now
        : Latest(process.WalkedAt, Watch.Books.Walks[0].StartedAt) + _service.Options.LookEvery;

    static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    void Walk(SeatProcess process)
    {
        Say($"{process.Name} walks");
        SetOf(process.WalkSignal).Reader.TryRead(out _);
        process.WalkedAt = Clock.Now;
        process.Walk = WalkAsync(process);
        if (process.Walk.IsCompleted)
            process.Walk = null;
    }

    async Task WalkAsync(SeatProcess process)
    {
        _service.Actors.Current = new Actor(process, Actor.Walk);
        await GuardedAsync(process, () => PassAsync(process.Walker, CancellationToken.None));
        process.Walk = null;
    }

    static bool IsWoken(SeatProcess process) => SetOf(process.Signal).Reader.TryPeek(out _);

    void Look(SeatProcess process)
    {
        Say($"{process.Name} looks for work");
        SetOf(process.Signal).Reader.TryRead(out _);
        (process.LookedAt, process.LookedAtVersion) = (Clock.Now, Watch.Version);
        process.Pass = LookAsync(process);
        if (process.Pass.IsCompleted)
            process.Pass = null;
    }

    async Task LookAsync(SeatProcess process)
    {
        _service.Actors.Current = new Actor(process, Actor.Look);
        await GuardedAsync(process, () => PassAsync(process.Worker, CancellationToken.None));
        process.Pass = null;
    }

    /// <summary>Nothing is left to fail in a pass, but what the death of its process brings.</summary>
    async Task GuardedAsync(SeatProcess process, Func<Task> pass)
    {
        try
        {
            await pass();
        }
        catch (Exception) when (process.IsDead)
        {
            // its host is gone, too
        }
        catch (Exception failure)
        {
            _violations.Add($"I0: a look of {process.Name} failed: {failure.GetBaseException().Message}");
        }
    }

    async Task DispatchAsync(SeatProcess process, Delivery delivery)
    {
        Say($"{process.Name}: {delivery.Type}");
        try
        {
            await HandleAsync(process, delivery);
        }
        catch (Exception) when (process.IsDead)
        {
            // the message comes again
        }
        catch (Exception failure)
        {
            Say($"  failed for good: {failure.GetBaseException().Message}");
            // what is not registered yet can neither be ended nor counted
            if (failure is not Hosting.CommandRejectedException || delivery.Type is not (nameof(EndSubscription) or nameof(RefreshSeats)))
                _violations.Add($"I0: {delivery.Type} failed for good: {failure.GetBaseException().Message}");
        }

        if (process.IsDead)
            _service.Broker.GiveBack(delivery);
    }

    async Task HandleAsync(SeatProcess process, Delivery delivery)
    {
        _service.Actors.Current = new Actor(process, Actor.Message, Delivery: delivery);
        await _service.DispatchAsync(delivery);
    }

    void Restart(Actor who, string where)
    {
        Say($"  {who.Process.Name} dies {where}");
        _deaths++;
        _processes.Remove(who.Process);
        var name = who.Process.Name;
        _acts.Add(new PersonalAct(Clock.Now + _plan.TimeToRestart(), $"{name} starts again", () =>
        {
            _processes.Add(_service.Start(name));
            return Task.CompletedTask;
        }));
    }

    /// <returns>False when nothing is to come any more.</returns>
    bool MoveClock()
    {
        // whose time has come already, waits for a process that stands still or is dead
        var next = _processes.Select(LooksAt).Concat(_processes.Select(WalksAt)).Concat(_processes.Select(process => (DateTimeOffset?)process.AwakeAt))
            .Concat(_acts.Select(act => (DateTimeOffset?)act.At)).Concat(_service.Broker.Waiting.Select(one => (DateTimeOffset?)one.From))
            .Append(Clock.NextAt).Where(at => at > Clock.Now).Min();
        Clock.Now = next ?? Clock.Now;
        return next is not null;
    }

    /// <summary>When nobody has anything to do any more, nothing is left undone, unless a person lets no job run.</summary>
    void CheckQuiet()
    {
        if (_processes.Exists(process => process.Pass is not null || process.Walk is not null) || Gate.Waiting.Count > 0)
            _violations.Add("I7: somebody waits for nothing");
        if (Watch.Books is { IsPaused: false, Walks.Count: > 0 })
            _violations.Add("I7: the batch stands still");
        if (Watch.Books.MaxRunning == 0)
            return;
        if (Watch.Books.Draining)
            _violations.Add("I7: the refresh stands still");
        _violations.AddRange(Watch.Books.Subscriptions.Where(one => one.Claim is not null || one.RetryAt is not null)
            .Select(one => $"I7: {one.Id} was left in the middle of a count, and nobody takes it up"));
    }

    void CheckEnd()
    {
        var lastTick = _service.Reader.LastTick();
        foreach (var (id, bought) in _service.Facts.Subscriptions)
        {
            var row = Watch.Books.Subscriptions.FirstOrDefault(one => one.Id == id);
            if (row is null || (row.Plan, row.Seats, row.Trial, row.Ended)
                != (bought.Told.Plan, bought.Told.Seats, bought.Told.Trial == true, bought.Ended))
                _violations.Add($"I6: what was told last of {id} is not what is written down");
            if (bought.IsPaid && !(row?.CountedAt + _plan.MaxAge > lastTick))
                _violations.Add($"I7: {id} was due at the last tick, and was not counted");
        }

        CheckEvents();
    }

    /// <summary>Each change is published once, and says what was written down.</summary>
    void CheckEvents()
    {
        var history = _service.Reader.History();
        foreach (var twice in _published.GroupBy(one => (one.SubscriptionId, one.Version)).Where(same => same.Count() > 1))
            _violations.Add($"I7: change {twice.Key.Version} of {twice.Key.SubscriptionId} was published {twice.Count()} times");
        foreach (var one in history.Except(_published))
            _violations.Add($"I7: change {one.Version} of {one.SubscriptionId} was not published as it was written down");
        foreach (var one in _published.Except(history))
            _violations.Add($"I7: change {one.Version} of {one.SubscriptionId} was published and not written down");
        foreach (var row in Watch.Books.Subscriptions.Where(row => history.Count(one => one.SubscriptionId == row.Id) != row.Version))
            _violations.Add($"I7: {row.Id} has {row.Version} changes, and not as many were written down");
    }

    void Hear(string type, string body)
    {
        if (!type.EndsWith(":SeatUsageChanged", StringComparison.Ordinal))
            return;
        using var told = JsonDocument.Parse(body);
        var message = told.RootElement.GetProperty("message");
        _published.Add(new SeatChangeRow(message.GetProperty("subscriptionId").GetString()!, Number("version"), Number("seats"), Number("seatsInUse"),
            Number("maxSeatsUsed"), Number("seatsOwed")));

        int Number(string name) => message.GetProperty(name).GetInt32();
    }

    void Say(string what) => Trace?.Invoke($"{Clock.Now:MM-dd HH:mm:ss} {what}");

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "PassAsync")]
    static extern Task PassAsync(RefreshWorker worker, CancellationToken stopping);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "PassAsync")]
    static extern Task PassAsync(WalkWorker worker, CancellationToken stopping);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_set")]
    static extern ref Channel<bool> SetOf(WakeSignal signal);

    sealed class GoesRoundException : Exception;
}
