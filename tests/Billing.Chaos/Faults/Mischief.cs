namespace Billing.Chaos.Faults;

/// <summary>Does one thing after the other to an installation, what, to whom and when as the dice say.</summary>
abstract class Mischief(Random dice)
{
    protected Random Dice => dice;

    /// <summary>
    /// Until <paramref name="isOver"/>, but no more than <paramref name="most"/> acts: a service that never lives long enough to start gets nowhere. What was
    /// planned is done even when the month has ended before: the letters and the collections go on.
    /// </summary>
    /// <param name="least">Acts that are done in any case.</param>
    public async Task RunAsync(int least, int most, Func<Task<bool>> isOver)
    {
        for (var act = 0; act < most && (act < least || !await isOver()); act++)
        {
            await ForAsync(0.2, 3);
            await DoOneAsync();
        }
    }

    protected abstract Task DoOneAsync();

    /// <summary>Nothing is done to anybody from here on.</summary>
    public virtual Task EndAsync() => Task.CompletedTask;

    protected Task ForAsync(double least, double most) => Task.Delay(TimeSpan.FromSeconds(least + dice.NextDouble() * (most - least)), TimeProvider.System);
}
