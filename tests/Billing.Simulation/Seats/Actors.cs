using Billing.SeatRefresh.Refreshing;
using Billing.SeatRefresh.Walking;
using Billing.Simulation.Broker;

namespace Billing.Simulation.Seats;

/// <summary>One process of the service. When it has died, another one comes in its place.</summary>
sealed class SeatProcess(string name, RefreshSignal signal, WalkSignal walkSignal)
{
    public string Name => name;

    /// <summary>Wakes its worker.</summary>
    public RefreshSignal Signal => signal;

    public required RefreshWorker Worker { get; init; }

    /// <summary>Wakes who walks for the batch.</summary>
    public WalkSignal WalkSignal => walkSignal;

    public required WalkWorker Walker { get; init; }

    /// <summary>The walk that is under way.</summary>
    public Task? Walk { get; set; }

    /// <summary>When it last began to walk.</summary>
    public DateTimeOffset WalkedAt { get; set; }

    /// <summary>Nothing of it happens any more, whatever was under way.</summary>
    public bool IsDead { get; set; }

    /// <summary>It stands still until then.</summary>
    public DateTimeOffset AwakeAt { get; set; }

    /// <summary>Its timers fire a moment after it has gone on: until then, what was under way may come before them.</summary>
    public DateTimeOffset TimersFrom { get; set; }

    /// <summary>The look of its worker that is under way.</summary>
    public Task? Pass { get; set; }

    /// <summary>When its last look began, and what it saw.</summary>
    public DateTimeOffset LookedAt { get; set; }

    /// <summary>How often the books had been written to when its last look began; below 0 before the first.</summary>
    public long LookedAtVersion { get; set; } = -1;

    /// <summary>The lease of the slot that its worker took last: that of the job which begins next.</summary>
    public Guid TakenLast { get; set; }

    public bool IsAwake(DateTimeOffset now) => !IsDead && AwakeAt <= now;
}

/// <summary>One job, and the lease of the slot in which it runs.</summary>
sealed record Job(Guid LeaseId);

/// <summary>Who does something: a look of a worker, a job, the beat of a job, a walk, or the handling of a message.</summary>
sealed record Actor(SeatProcess Process, string What, Job? Job = null, Delivery? Delivery = null)
{
    public const string Look = "look";
    public const string AtWork = "job";
    public const string Beat = "beat";
    public const string Walk = "walk";
    public const string Message = "message";
}

/// <summary>Flows into whatever somebody begins, as a process is what all of its tasks have in common. Nobody: the simulator itself.</summary>
sealed class Actors
{
    readonly AsyncLocal<Actor?> _current = new();

    public Actor? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }
}
