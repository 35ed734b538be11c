using Billing.Clock;
using Billing.Hosting.Clocks;
using Billing.Persistence;
using Billing.Scheduler.Ticking;
using Billing.Scheduler.Triggering;
using Microsoft.Extensions.Options;

namespace Billing.Scheduler.Advancing;

/// <summary>
/// Keeps the test clock: tells every process what time it is, and moves it to where it was sent. It goes from one due thing to the next, and at each waits
/// until nothing is under way anywhere, so that whatever falls due happens on its day. Every process of the scheduler does this; the row decides who moves.
/// </summary>
sealed class ClockOwner(
    TestClock clock, ClockBook book, ClockFollowers followers, ClockView view, ClockSignal signal, ScheduleTicker ticker, ScheduleWorker schedules,
    IServiceProvider services, IOptions<ClockOptions> options, ILogger<ClockOwner> log) : BackgroundService
{
    /// <summary>How often a clock that stands where it was sent is told, for those who start later: each second.</summary>
    static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    /// <summary>While something is under way, it is asked again after 20 ms.</summary>
    static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Nothing may have been under way for at least as long: 40 ms. A message that the broker has handed over and no consumer has begun is seen by nobody; it
    /// is begun within a few milliseconds, and then it counts.
    /// </summary>
    static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(40);

    /// <summary>And for so many times as long as a question took through the same broker, so that a busy machine is given more time.</summary>
    const int QuietQuestions = 4;

    readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The row was read, and the clock of this process set by it: from now on the others may be told.</summary>
    public void Begin(TestClockState state)
    {
        clock.SetAhead(state.Ahead);
        _begun.TrySetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _begun.Task.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var voice = await ClockVoice.OpenAsync(services, stoppingToken);
                while (true)
                    await TurnAsync(voice, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                view.WaitsFor = [failure.GetBaseException().Message];
                log.ClockStopped(failure.GetBaseException().Message);
            }

            await signal.WaitAtMostAsync(Pulse, clock.Machine, stoppingToken);
        }
    }

    async Task TurnAsync(ClockVoice voice, CancellationToken stopping)
    {
        var state = await book.ReadAsync(stopping);
        await followers.TellAsync(state.Ahead, stopping);
        clock.SetAhead(state.Ahead);
        view.Target = state.Target;
        if (state.Target is { } target)
        {
            if (await SettledAsync(voice, state.Ahead, stopping) is { } settled)
                await GoOnAsync(state, target, settled.NextDue, stopping);
            return;
        }

        var (answers, silent) = await voice.AskAsync(state.Ahead, options.Value.Services, stopping);
        view.Saw(answers, silent);
        await signal.WaitAtMostAsync(Pulse, clock.Machine, stopping);
    }

    async Task GoOnAsync(TestClockState state, DateTimeOffset target, DateTimeOffset? nextDue, CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        if (now >= target)
        {
            if (await book.ArriveAsync(target, stopping))
                log.ClockArrived(target, state.Moves);
            return;
        }

        var to = nextDue < target ? nextDue.Value : target;
        // what became due while the others were asked
        var ahead = to > now ? state.Ahead + (to - now) : state.Ahead;
        if (ahead == state.Ahead || !await book.MoveAsync(state.Ahead, ahead, stopping))
            return;
        await followers.TellAsync(ahead, stopping);
        clock.SetAhead(ahead);
        foreach (var schedule in schedules.Schedules)
            await ticker.FireAsync(schedule.Name, stopping);
    }

    /// <returns>When something is due next, once nothing is under way; null when the row may have changed meanwhile.</returns>
    async Task<Settled?> SettledAsync(ClockVoice voice, TimeSpan ahead, CancellationToken stopping)
    {
        string? still = null;
        var since = clock.GetTimestamp();
        var slowest = TimeSpan.Zero;
        for (var asked = 0; asked < 50; asked++)
        {
            var asking = clock.GetTimestamp();
            var (answers, silent) = await voice.AskAsync(ahead, options.Value.Services, stopping);
            view.Saw(answers, silent);
            var question = clock.GetElapsedTime(asking);
            slowest = question > slowest ? question : slowest;
            var isIdle = silent.Count == 0 && answers.All(answer => answer.Busy.Count == 0 && answer.Ahead == ahead.Ticks);
            // whoever took a message between two looks was not idle between them
            var seen = isIdle ? string.Join('|', answers.OrderBy(answer => answer.Instance).Select(answer => $"{answer.Instance}:{answer.Taken}")) : null;
            if (seen is null || seen != still)
                (still, since) = (seen, clock.GetTimestamp());
            else if (clock.GetElapsedTime(since) >= Quiet && clock.GetElapsedTime(since) >= QuietQuestions * slowest)
                return new Settled(answers.Min(answer => answer.NextDue));
            await Task.Delay(Again, clock.Machine, stopping);
        }

        return null;
    }

    sealed record Settled(DateTimeOffset? NextDue);
}

/// <summary>Reads the row before anything else of this process runs: the clock is known from the start.</summary>
sealed class ClockAtStart(ClockBook book, ClockOwner owner) : IDatabasePreparation
{
    public async Task PrepareAsync(CancellationToken cancellationToken) => owner.Begin(await book.ReadAsync(cancellationToken));
}
