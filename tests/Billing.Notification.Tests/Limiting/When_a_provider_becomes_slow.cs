using Billing.Limits;
using Billing.Notification.Delivering;
using Billing.Notification.Limiting;
using Billing.Notification.Settings;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Tests.Limiting;

/// <summary>What a process tells of its provider twice a second, over minutes of a clock that the test moves. The context only remembers.</summary>
public sealed class When_a_provider_becomes_slow
{
    static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
    readonly PermitLimitRow _row = new() { Name = "email" };
    readonly List<int> _limits = [];
    readonly ProviderFeedback _feedback;

    public When_a_provider_becomes_slow() =>
        _feedback = new(Channel.Email, Options.Create(new SendingOptions()), _clock, NullLogger<ProviderFeedback>.Instance);

    int Limit => _row.Lowered ?? 100;

    /// <summary>Each answer stands for one of five places in flight.</summary>
    void For(TimeSpan time, Action sends)
    {
        using var db = new PostgresDesignTime().CreateDbContext([]);
        for (var end = _clock.GetUtcNow() + time; _clock.GetUtcNow() < end;)
        {
            _clock.Advance(Look);
            sends();
            _feedback.Advise(db, _row, 100);
            _limits.Add(Limit);
        }
    }

    void Answers(int count, TimeSpan took, string workspace = "acme")
    {
        for (var i = 0; i < count; i++)
            _feedback.Saw(ProviderReply.Accepted, took, workspace);
    }

    /// <summary>At 2 s against 20 ms the limit fell from 42 to 7 and rose to 17 and 27: five places in flight give one to three answers a look.</summary>
    [Fact]
    public void Should_fall_and_stay_down_as_long_as_it_is_slow_and_recover_after()
    {
        For(TimeSpan.FromSeconds(30), () => Answers(50, Usual));
        Assert.Equal(100, Limit);
        var turn = 0;
        For(TimeSpan.FromMinutes(3), () => Answers(++turn % 2 == 0 ? 3 : 1, TimeSpan.FromSeconds(2)));
        Assert.Equal(new AdaptiveOptions().Floor, Limit);
        Assert.Equal(_limits.OrderDescending(), _limits);     // it never rose
        For(TimeSpan.FromMinutes(3), () => Answers(2, Usual));
        Assert.Equal(100, Limit);
    }

    /// <summary>One message a minute is answered in 2 s: that is not quiet either.</summary>
    [Fact]
    public void Should_not_rise_by_few_answers()
    {
        For(TimeSpan.FromSeconds(30), () => Answers(50, Usual));
        For(TimeSpan.FromSeconds(10), () => Answers(5, TimeSpan.FromSeconds(2)));
        var low = Limit;
        Assert.InRange(low, 5, 50);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Answers(1, TimeSpan.FromSeconds(2));
        For(TimeSpan.FromMinutes(1), () => { });
        Assert.Equal(low, Limit);
    }

    /// <summary>One workspace of three has a provider that takes 5 s: its answers are its own, and nobody's limit falls (from 100 to 32 it did).</summary>
    [Fact]
    public void Should_not_fall_for_all_when_one_workspace_is_slow()
    {
        For(TimeSpan.FromSeconds(30), () => Answers(50, Usual));
        For(TimeSpan.FromMinutes(2), () =>
        {
            Answers(2, TimeSpan.FromSeconds(5), "slow");
            Answers(10, Usual, "quick");
            Answers(1, Usual, "quiet");
        });
        Assert.Equal(100, Limit);
        Assert.True(_feedback.IsSlow("slow"));
        Assert.False(_feedback.IsSlow("quick"));
        Assert.False(_feedback.IsSlow("quiet"));
    }

    [Fact]
    public void Should_forget_that_a_workspace_was_slow_when_it_is_quick_again()
    {
        For(TimeSpan.FromSeconds(30), () => Answers(50, Usual));
        For(TimeSpan.FromSeconds(10), () => Answers(1, TimeSpan.FromSeconds(5), "slow"));
        Assert.True(_feedback.IsSlow("slow"));
        For(TimeSpan.FromSeconds(10), () => Answers(1, Usual, "slow"));
        Assert.False(_feedback.IsSlow("slow"));
    }
}
