using System.Diagnostics;
using System.Globalization;

namespace Billing.Testing;

/// <summary>
/// How long tests wait before they give up. A limit is never what a test asserts: it ends a wait for something that will not happen. So the limits are
/// generous, and they grow with the measured slowness of the machine: beside other work a test is slow, and never red.
/// </summary>
public static class TimeLimits
{
    /// <summary>The limit of a wait that names none.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(2);

    /// <summary>A wait that never ends hides a failure, so even the slowest machine gets no more than this.</summary>
    const double HighestFactor = 10;

    /// <summary>What <see cref="Spin"/> takes on an idle core of a current server.</summary>
    const double UsualSpin = 30;

    const double TimerPeriod = 10;

    static readonly Lazy<double> MeasuredOnce = new(() => Math.Max(CpuFactor(), TimerFactor()));

    /// <summary>
    /// How many times slower than an idle machine this one is, at least 1: the processor and the timers as measured once, the load as it is now.
    /// </summary>
    public static double Factor => Math.Clamp(Math.Max(MeasuredOnce.Value, LoadFactor()), 1, HighestFactor);

    /// <summary>The limit on this machine, as busy as it is now.</summary>
    public static TimeSpan Scaled(TimeSpan limit) => limit * Factor;

    /// <summary>The task's result; fails when it does not end within the limit (<see cref="Usual"/> by default, scaled).</summary>
    public static Task<T> WithinLimitAsync<T>(this Task<T> task, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.WaitAsync(Scaled(limit ?? Usual));
    }

    /// <inheritdoc cref="WithinLimitAsync{T}(Task{T}, TimeSpan?)"/>
    public static Task WithinLimitAsync(this Task task, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.WaitAsync(Scaled(limit ?? Usual));
    }

    static double CpuFactor()
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 3; i++)
            Spin();
        return watch.Elapsed.TotalMilliseconds / (3 * UsualSpin);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    static uint Spin()
    {
        var value = 1u;
        for (var i = 0; i < 20_000_000; i++)
            value = (value * 1664525) + 1013904223;
        return value;
    }

    /// <summary>A timer that fires late tells of threads that wait for a core.</summary>
    static double TimerFactor()
    {
        const int Rounds = 5;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Rounds; i++)
        {
            using var fired = new ManualResetEventSlim();
            using var timer = new Timer(_ => fired.Set(), null, (int)TimerPeriod, Timeout.Infinite);
            fired.Wait();
        }

        return watch.Elapsed.TotalMilliseconds / (Rounds * TimerPeriod);
    }

    /// <summary>Threads that want to run, for each core; 1 where the system does not tell.</summary>
    static double LoadFactor() =>
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) / Environment.ProcessorCount
            : 1;
}
