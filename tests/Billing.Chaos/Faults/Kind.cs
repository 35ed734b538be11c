namespace Billing.Chaos.Faults;

/// <summary>What is done to an installation from outside.</summary>
enum Kind
{
    /// <summary>SIGKILL of a process, which is started again at once.</summary>
    Kill,

    /// <summary>SIGSTOP of a process for longer than every lease.</summary>
    Pause,

    /// <summary>The connections of one process to one server are reset.</summary>
    Drop,

    /// <summary>One process cannot reach one server for some seconds.</summary>
    Cut,

    /// <summary>The connections of one process to one server stay open, and carry nothing for some seconds.</summary>
    Silence,

    /// <summary>What one process and one server say to each other takes its time for some seconds.</summary>
    Slow,

    /// <summary>A process is started again with a clock that is wrong by minutes; only where there is a hook to tell it so.</summary>
    Clock,

    /// <summary>The broker is stopped and started.</summary>
    BrokerRestart,

    /// <summary>The broker is killed and started.</summary>
    BrokerKill,

    /// <summary>The node that leads the queue with most in it is killed and started; only where the broker has several.</summary>
    LeaderKill,

    /// <summary>Two nodes of three are killed, so that none can promise anything, and started.</summary>
    QuorumLoss,

    /// <summary>A node is stopped and started.</summary>
    NodeRestart,

    /// <summary>The primary is killed, its standby promoted, and the other made a standby anew; only where there is one.</summary>
    Promotion,

    /// <summary>The standby is stopped and started. Meanwhile no commit counts, because it is a synchronous one.</summary>
    StandbyRestart,

    /// <summary>The database server is stopped and started.</summary>
    DatabaseRestart,

    /// <summary>The database server is killed and started.</summary>
    DatabaseKill,

    /// <summary>The disk of the database server is full for some seconds; only where it has one of its own.</summary>
    DiskFull,

    /// <summary>Every process is stopped as an orchestrator does it and started again, one after the other.</summary>
    Roll
}
