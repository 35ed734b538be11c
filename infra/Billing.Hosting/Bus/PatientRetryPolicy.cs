using Billing.Hosting.Work;
using MassTransit;

namespace Billing.Hosting.Bus;

/// <summary>
/// How often and how patiently a message is tried again. The waiting is done in <c>PreRetry</c>, where it ends with a
/// cancellation when the host stops; the message then goes back to its queue.
/// </summary>
sealed class PatientRetryPolicy(TimeProvider clock, CancellationToken stopping) : IRetryPolicy
{
    /// <summary>Tries after the first for what is the message's own fault: 3, at 0.1, 0.5 and 2 s. It outlives a hiccup and shows a real fault soon.</summary>
    static readonly TimeSpan[] Quick = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    /// <summary>Tries when others hold or changed the same rows: 50, some minutes; a conflict that lasts is a fault of ours.</summary>
    const int ContentionTries = 50;

    /// <summary>First and longest pause while the database is away; each pause doubles.</summary>
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    public bool IsHandled(Exception exception) => true;

    public RetryPolicyContext<T> CreatePolicyContext<T>(T context)
        where T : class, PipeContext => new PolicyContext<T>(this, context);

    public void Probe(ProbeContext context) => context.Set(new { Policy = "patient" });

    /// <summary>The pause before the next try, or null to give up. Own faults are counted apart from the others.</summary>
    internal static TimeSpan? PauseBefore(int triesBefore, int ownFaultsBefore, Trouble trouble) => trouble switch
    {
        Trouble.Away => Growing(triesBefore),
        Trouble.Contention => triesBefore < ContentionTries ? Growing(triesBefore) : null,
        Trouble.Own => ownFaultsBefore < Quick.Length ? Quick[ownFaultsBefore] : null,
        _ => null,
    };

    static TimeSpan Growing(int triesBefore)
    {
        var pause = triesBefore > 10 ? LongestPause : FirstPause * Math.Pow(2, triesBefore);
        return (pause < LongestPause ? pause : LongestPause).WithJitter();
    }

    sealed class PolicyContext<T>(PatientRetryPolicy policy, T context) : RetryPolicyContext<T>
        where T : class, PipeContext
    {
        public T Context => context;

        public bool CanRetry(Exception exception, out RetryContext<T> retryContext) =>
            policy.TryAgain(context, exception, 0, 0, out retryContext);

        public Task RetryFaulted(Exception exception) => Task.CompletedTask;

        public void Cancel()
        {
        }

        public void Dispose()
        {
        }
    }

    bool TryAgain<T>(T context, Exception exception, int tries, int ownFaults, out RetryContext<T> next)
        where T : class, PipeContext
    {
        var trouble = Transient.Judge(exception);
        var pause = PauseBefore(tries, ownFaults, trouble);
        next = new Attempt<T>(this, context, exception, tries + 1, ownFaults + (trouble == Trouble.Own ? 1 : 0), pause ?? TimeSpan.Zero);
        return pause is not null;
    }

    sealed class Attempt<T>(PatientRetryPolicy policy, T context, Exception exception, int number, int ownFaults, TimeSpan pause) : RetryContext<T>
        where T : class, PipeContext
    {
        public T Context => context;
        public Exception Exception => exception;
        public int RetryCount => number;
        public int RetryAttempt => number;
        public Type ContextType => typeof(T);

        // none of MassTransit's own waiting: its loop would end quietly on a cancellation, and the message be lost
        public CancellationToken CancellationToken => CancellationToken.None;
        public TimeSpan? Delay => null;

        public async Task PreRetry()
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(policy.Stopping, context.CancellationToken);
            await Task.Delay(pause, policy.Clock, stop.Token);
        }

        public Task RetryFaulted(Exception exception) => Task.CompletedTask;

        public bool CanRetry(Exception exception, out RetryContext<T> retryContext) =>
            policy.TryAgain(context, exception, number, ownFaults, out retryContext);
    }

    CancellationToken Stopping { get; } = stopping;
    TimeProvider Clock { get; } = clock;
}
