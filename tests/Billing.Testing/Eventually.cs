using System.Diagnostics;

namespace Billing.Testing;

/// <summary>Waits for a condition, never for a time.</summary>
public static class Eventually
{
    /// <summary>Asks until the answer holds; after the limit (30 s by default) it fails with the last answer.</summary>
    public static async Task<T> HoldsAsync<T>(Func<Task<T>> ask, Func<T, bool> holds, string expected, TimeSpan? limit = null)
    {
        var patience = limit ?? TimeSpan.FromSeconds(30);
        var waited = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            var answer = await ask();
            if (holds(answer))
                return answer;
            if (waited.Elapsed > patience)
                throw new TimeoutException($"Waited {patience.TotalSeconds:0} s for: {expected}. Last seen: {answer}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Asks until the answer is yes.</summary>
    public static Task HoldsAsync(Func<Task<bool>> ask, string expected, TimeSpan? limit = null) =>
        HoldsAsync(ask, yes => yes, expected, limit);
}
