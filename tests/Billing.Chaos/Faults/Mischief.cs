namespace Billing.Chaos.Faults;

/// <summary>Does things to an installation while a month closes in it.</summary>
abstract class Mischief
{
    /// <summary>Until <paramref name="isOver"/>, but no more than <paramref name="most"/> acts.</summary>
    /// <param name="least">Acts that are done in any case.</param>
    public abstract Task RunAsync(int least, int most, Func<Task<bool>> isOver);

    /// <summary>Nothing is done to anybody from here on.</summary>
    public virtual Task EndAsync() => Task.CompletedTask;
}

/// <summary>Does one thing after the other, what, to whom and when as the dice say.</summary>
abstract class DrawnMischief(Random dice) : Mischief
{
    protected Random Dice => dice;

    /// <summary>
    /// Until <paramref name="isOver"/>, but no more than <paramref name="most"/> acts: a service that never lives long enough to start gets nowhere. What was
    /// planned is done even when the month has ended before: the letters and the collections go on.
    /// </summary>
    /// <param name="least">Acts that are done in any case.</param>
    public override async Task RunAsync(int least, int most, Func<Task<bool>> isOver)
    {
        for (var act = 0; act < most && (act < least || !await isOver()); act++)
        {
            await ForAsync(0.2, 3);
            await DoOneAsync();
        }
    }

    protected abstract Task DoOneAsync();

    protected Task ForAsync(double least, double most) => Task.Delay(TimeSpan.FromSeconds(least + dice.NextDouble() * (most - least)), TimeProvider.System);
}
