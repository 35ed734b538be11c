using Billing.Notification.Limiting;

namespace Billing.Notification.Tests.Limiting;

public sealed class When_many_processes_ask_to_send
{
    static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly SendLimit Fifty = new() { PerSecond = 50 };

    [Fact]
    public void Should_grant_up_to_the_limit_and_say_when_to_ask_again()
    {
        var first = SendWindow.Ask([], Noon, 30, Fifty);
        var second = SendWindow.Ask(first.Remembered, Noon.AddMilliseconds(400), 30, Fifty);
        var third = SendWindow.Ask(second.Remembered, Noon.AddMilliseconds(500), 1, Fifty);
        Assert.Equal((30, 20, 0), (first.Granted, second.Granted, third.Granted));
        Assert.Null(first.AskAgainAt);
        Assert.Equal(Noon.AddMilliseconds(1050), third.AskAgainAt);
        Assert.Equal(0, SendWindow.Ask(third.Remembered, Noon.AddMilliseconds(1049), 1, Fifty).Granted);
        Assert.Equal(30, SendWindow.Ask(third.Remembered, Noon.AddMilliseconds(1050), 99, Fifty).Granted);
    }

    [Theory]
    [InlineData(1, 50), InlineData(2, 50), InlineData(3, 7), InlineData(4, 100), InlineData(5, 1)]
    public void Should_never_begin_more_sends_than_the_limit_in_any_second(int seed, int perSecond)
    {
        var dice = new Random(seed);
        var limit = new SendLimit { PerSecond = perSecond };
        IReadOnlyList<Grant> given = [];
        var sends = new List<DateTimeOffset>();
        var now = Noon;
        while (now < Noon.AddSeconds(20))
        {
            now = now.AddTicks(dice.Next(1, 400_000));
            var decision = SendWindow.Ask(given, now, dice.Next(0, 2 * perSecond), limit);
            given = decision.Remembered;
            // Each send begins as late as the grace allows, or at once.
            for (var i = 0; i < decision.Granted; i++)
                sends.Add(now.AddTicks(dice.NextInt64(0, limit.Grace.Ticks + 1)));
        }

        sends.Sort();
        for (var i = 0; i + perSecond < sends.Count; i++)
            Assert.True(sends[i + perSecond] - sends[i] >= SendLimit.Window, $"{perSecond + 1} sends within {sends[i + perSecond] - sends[i]}");
        // And it is not slower than it must be: the grace costs 5 %.
        Assert.InRange(sends.Count, perSecond * 20 * 0.85, perSecond * 21);
    }

    [Fact]
    public void Should_hold_still_when_the_clock_steps_back_but_not_for_as_long_as_the_step()
    {
        var given = SendWindow.Ask([], Noon, 50, Fifty).Remembered;
        var back = Noon.AddHours(-1);
        var refused = SendWindow.Ask(given, back, 1, Fifty);
        Assert.Equal(0, refused.Granted);
        Assert.Equal(back.AddMilliseconds(1050), refused.AskAgainAt);
        Assert.Equal(1, SendWindow.Ask(refused.Remembered, back.AddMilliseconds(1050), 1, Fifty).Granted);
    }

    [Fact]
    public void Should_wait_for_a_lowered_limit()
    {
        var given = SendWindow.Ask(SendWindow.Ask([], Noon, 30, Fifty).Remembered, Noon.AddMilliseconds(600), 20, Fifty).Remembered;
        var lowered = SendWindow.Ask(given, Noon.AddMilliseconds(700), 1, Fifty with { PerSecond = 10 });
        Assert.Equal((0, Noon.AddMilliseconds(1650)), (lowered.Granted, lowered.AskAgainAt));
    }

    [Fact]
    public void Should_remember_no_more_than_counts()
    {
        IReadOnlyList<Grant> given = [];
        for (var i = 0; i < 10_000; i++)
            given = SendWindow.Ask(given, Noon.AddMilliseconds(10 * i), 1, Fifty).Remembered;
        Assert.InRange(given.Count, 1, 50);
    }
}
