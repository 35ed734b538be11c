using Microsoft.EntityFrameworkCore;

namespace Billing.Limits;

/// <summary>What is configured of a limit whose permits processes hold.</summary>
public sealed record PermitOptions
{
    public required string Name { get; init; }
    public required LimitKind Kind { get; init; }

    /// <summary>Permits that there are until somebody sets another number; 0 is a pause, null is no limit.</summary>
    public required int? Permits { get; init; }

    /// <summary>The concurrent limit that bounds how many of these are in use at the same time; without one all may be.</summary>
    public string? BoundBy { get; init; }

    public PermitTimes Times { get; init; } = PermitTimes.Default;

    /// <summary>How long a pause is waited out by <see cref="PermitLimit.TryTakeAsync"/>. By default for as long as it lasts.</summary>
    public TimeSpan Patience { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Looks at the limit under its lock, with each renewal, and may lower it or let it rise again.</summary>
    public IPermitAdvisor? Advisor { get; init; }
}

/// <summary>Moves a limit below what is set, by what was seen of the other side.</summary>
public interface IPermitAdvisor
{
    /// <summary>True when something was seen that cannot wait for the next renewal.</summary>
    bool IsUrgent { get; }

    /// <param name="db">In the transaction that holds the row's lock.</param>
    /// <param name="row">To be changed; <see cref="PermitLimitRow.Lowered"/> is what counts.</param>
    /// <param name="permits">What is set or configured.</param>
    void Advise(DbContext db, PermitLimitRow row, int permits);
}

/// <summary>One limit, as this process sees it. Who wants to use the other side takes a permit first, begins at once, and says when the answer came.</summary>
public sealed class PermitLimit : IDisposable
{
    readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly SemaphoreSlim _asked = new(0, 1);
    readonly Pause _pause;

    internal PermitLimit(PermitOptions options, TimeProvider clock, Action<Permit.Outcome>? ended = null)
    {
        Options = options;
        Setting = new LimitSetting(options.Permits);
        Pool = new PermitPool(options.Kind, AskWhenEmpty, options.Times, clock, ended);
        _pause = new Pause(options.Patience, clock);
    }

    public string Name => Options.Name;

    /// <summary>Permits that there are when nobody set another number.</summary>
    public int? Configured => Options.Permits;

    /// <summary>As this process last heard; lowered or held back counts.</summary>
    public LimitSetting Setting { get; private set; }

    /// <summary>How many this process may count on when all that want some share them alike; all, until it hears of others. Null without a limit.</summary>
    public int? Share => Setting.PerSecond is not { } permits ? null : permits == 0 ? 0 : Math.Max(1, permits / (1 + Others));

    /// <summary>Other processes that want permits now.</summary>
    internal int Others { get; set; }

    /// <summary>How many permits this process holds; null without a limit.</summary>
    public int? Held => Setting.PerSecond is null ? null : Pool.Held;

    /// <summary>How many of this process wait for their turn.</summary>
    public int Waiting => Pool.Waiting;

    internal PermitOptions Options { get; }
    internal PermitPool Pool { get; }

    /// <summary>False when the others surely read nothing of this process.</summary>
    internal bool IsOnRecord { get; set; }

    /// <summary>Waits for a permit, also over a pause.</summary>
    public async Task<Permit> TakeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_known.Task.IsCompleted)
            await _known.Task.WaitAsync(cancellationToken);
        return await Pool.TakeAsync(cancellationToken);
    }

    /// <summary>
    /// Waits for a permit, but for no longer than <see cref="PermitOptions.Patience"/> at a pause. Null when it is paused and stays so, also at
    /// once for who comes later: nothing may be sent, and the caller goes on without.
    /// </summary>
    public async Task<Permit?> TryTakeAsync(CancellationToken cancellationToken)
    {
        var isLong = _pause.IsLong;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, isLong);
        try
        {
            return await TakeAsync(either.Token);
        }
        catch (OperationCanceledException) when (isLong.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Ends when this process has a share of the limit, so that it makes sense to take up work.</summary>
    public async Task HasShareAsync(CancellationToken cancellationToken)
    {
        if (!_known.Task.IsCompleted || Held == 0)
            (await TakeAsync(cancellationToken)).Unused();
    }

    /// <summary>Lets the limit be looked at without waiting for the next renewal.</summary>
    public void LookNow()
    {
        lock (_asked)
            if (_asked.CurrentCount == 0)
                _asked.Release();
    }

    internal void Set(LimitSetting setting)
    {
        Setting = setting;
        if (setting.PerSecond is null)
            Pool.SwitchOff();
        else
            Pool.SwitchOn();
        _pause.Set(setting.PerSecond == 0);
        _known.TrySetResult();
    }

    internal async Task WaitAsync(TimeSpan longest, TimeProvider clock, CancellationToken stopping)
    {
        using var time = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, stopping);
        try
        {
            await _asked.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            stopping.ThrowIfCancellationRequested();
        }
    }

    void AskWhenEmpty()
    {
        if (Pool.Held == 0)
            LookNow();
    }

    public void Dispose()
    {
        Pool.Dispose();
        _pause.Dispose();
        _asked.Dispose();
    }
}
