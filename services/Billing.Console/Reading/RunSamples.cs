using System.Collections.Concurrent;
using Billing.Views.MonthClose;

namespace Billing.Console.Reading;

/// <param name="At">When it was read.</param>
/// <param name="Ended">Accounts whose month was over.</param>
/// <param name="Collected">Money by currency, in its major unit.</param>
public sealed record RunSample(DateTimeOffset At, int Ended, IReadOnlyDictionary<string, decimal> Collected);

/// <summary>
/// How far each run was, second by second, while somebody looked at it. It is what the page read anyhow: nobody is asked for it, and when nobody looked, there
/// is none.
/// </summary>
public sealed class RunSamples
{
    /// <summary>Of one run: a quarter of an hour.</summary>
    const int Most = 900;

    const int MostRuns = 12;

    /// <summary>Over as long a rate is told: shorter, it jumps with each chunk.</summary>
    static readonly TimeSpan Recent = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<Guid, Series> _runs = [];

    /// <summary>Keeps what was read, once for each reading, and tells what is kept.</summary>
    public IReadOnlyList<RunSample> Add(RunView run, DateTimeOffset at)
    {
        if (_runs.Count >= MostRuns && !_runs.ContainsKey(run.RunId) && _runs.MinBy(one => one.Value.LastAt) is var oldest)
            _runs.TryRemove(oldest.Key, out _);
        return _runs.GetOrAdd(run.RunId, _ => new Series())
            .Add(new RunSample(at, run.Ended, run.Totals.ToDictionary(money => money.Currency, money => money.Collected)));
    }

    /// <summary>What came to a second lately; null when it was not looked at for long enough.</summary>
    public static RunRate? RateOf(IReadOnlyList<RunSample> samples)
    {
        if (samples.Count < 2)
            return null;
        var last = samples[^1];
        var first = samples.FirstOrDefault(one => last.At - one.At <= Recent) ?? samples[^2];
        var seconds = (last.At - first.At).TotalSeconds;
        return seconds < 1 ? null : new RunRate((last.Ended - first.Ended) / seconds,
            last.Collected.ToDictionary(money => money.Key, money => (money.Value - first.Collected.GetValueOrDefault(money.Key)) / (decimal)seconds));
    }

    sealed class Series
    {
        readonly Lock _gate = new();
        readonly Queue<RunSample> _samples = [];

        public DateTimeOffset LastAt { get; private set; }

        public IReadOnlyList<RunSample> Add(RunSample sample)
        {
            lock (_gate)
            {
                if (sample.At > LastAt)
                {
                    LastAt = sample.At;
                    _samples.Enqueue(sample);
                    if (_samples.Count > Most)
                        _samples.Dequeue();
                }

                return [.. _samples];
            }
        }
    }
}

/// <param name="Accounts">Ended a second.</param>
/// <param name="Collected">Money a second, by currency.</param>
public sealed record RunRate(double Accounts, IReadOnlyDictionary<string, decimal> Collected);
