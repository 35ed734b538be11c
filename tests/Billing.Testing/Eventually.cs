using System.Collections;
using System.Diagnostics;

namespace Billing.Testing;

/// <summary>Waits for a condition, never for a time.</summary>
public static class Eventually
{
    /// <summary>
    /// Asks until the answer holds; after the limit (<see cref="TimeLimits.Usual"/> by default, scaled to the machine) it fails with the last answer.
    /// </summary>
    /// <param name="every">How often it is asked: 25 ms by default. Longer for a question that costs the machine much, where seconds are waited for anyway.</param>
    public static async Task<T> HoldsAsync<T>(Func<Task<T>> ask, Func<T, bool> holds, string expected, TimeSpan? limit = null, TimeSpan? every = null)
    {
        var unscaled = limit ?? TimeLimits.Usual;
        var waited = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(every ?? TimeSpan.FromMilliseconds(25));
        while (true)
        {
            var answer = await ask();
            if (holds(answer))
                return answer;
            // the machine may have become busy since the wait began, so its load is looked at when the limit would be over
            if (waited.Elapsed > unscaled && waited.Elapsed > TimeLimits.Scaled(unscaled))
                throw new TimeoutException(
                    $"Waited {waited.Elapsed.TotalSeconds:0} s, on a machine {TimeLimits.Factor:0.0} times slower than usual, for: {expected}. "
                    + $"Last seen: {Words(answer)}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>A list that has no words of its own by what is in it: the name of its type says nothing.</summary>
    static string Words(object? seen) => seen switch
    {
        null => "nothing",
        IEnumerable list when $"{list}" == $"{list.GetType()}" => $"[{string.Join(", ", list.Cast<object?>().Select(Words))}]",
        _ => $"{seen}"
    };

    /// <summary>Asks until the answer is yes.</summary>
    public static Task HoldsAsync(Func<Task<bool>> ask, string expected, TimeSpan? limit = null) =>
        HoldsAsync(ask, yes => yes, expected, limit);
}
