namespace Billing.Chaos.Faults;

/// <summary>
/// Stands in for an orchestrator: starts again what ended by itself. A service may do so with 75, "my bus cannot be healed", or because a boundary was armed at
/// which it kills itself; any other end is a fault.
/// </summary>
sealed class Supervisor : IAsyncDisposable
{
    /// <summary>Exit code of a service that its supervisor is to start again.</summary>
    const int TryAgain = 75;

    /// <summary>As a parent sees a process that SIGKILL ended.</summary>
    const int Killed = 128 + 9;

    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    readonly OwnInstallation _installation;
    readonly SemaphoreSlim _one = new(1);
    readonly CancellationTokenSource _stopping = new();
    readonly Task _work;

    public Supervisor(OwnInstallation installation)
    {
        _installation = installation;
        _work = Task.Run(SuperviseAsync);
    }

    /// <summary>Counts what it had to do; another one for each round.</summary>
    public Tally Tally { get; set; } = new();

    /// <summary>What no fault excuses.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Does something to a process that the supervisor must not misunderstand.</summary>
    public async Task WithAsync(Func<Task> act)
    {
        await _one.WaitAsync();
        try
        {
            await act();
        }
        finally
        {
            _one.Release();
        }
    }

    async Task SuperviseAsync()
    {
        using var timer = new PeriodicTimer(Pace);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
                foreach (var member in _installation.Members)
                    await WithAsync(() => LookAtAsync(member));
        }
        catch (OperationCanceledException)
        {
            // the end of all rounds
        }
    }

    async Task LookAtAsync(Member member)
    {
        if (!member.Process.HasEnded)
            return;
        if (member.Process.ExitCode == Killed && _installation.Hook is not null)
            Tally.Add($"kill from inside of {member.Name}");
        else if (member.Process.ExitCode == TryAgain)
            Tally.Add($"own end of {member.Name}");
        else
            Faults.Add($"{member.Name} ended by itself with {member.Process.ExitCode}:\n{member.Process.Output}");
        await member.Process.KillAndStartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _work;
        _stopping.Dispose();
        _one.Dispose();
    }
}
