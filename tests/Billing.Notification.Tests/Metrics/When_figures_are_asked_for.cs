using Billing.Notification.Metrics;
using Billing.Notification.Reporting;

namespace Billing.Notification.Tests.Metrics;

public sealed class When_figures_are_asked_for
{
    static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Should_add_up_both_channels()
    {
        var total = Figures.Total(new Counted(300, 200, 2, TimeSpan.FromSeconds(3), Noon.AddSeconds(-20)),
            new Counted(100, 100, 1, TimeSpan.FromSeconds(5), Noon.AddSeconds(-10)), [], Noon);
        Assert.Equal((400, 300, 3, 20d, 20d), (total.Count, total.Success, total.RateExceededCount, total.AvgProcessingTime, total.Throughput));
        Assert.Equal((200, 10d, 10d), (total.Sms.Success, total.Sms.AvgProcessingTime, total.Sms.Throughput));
    }

    [Fact]
    public void Should_be_zero_before_anything_was_sent()
    {
        var none = new Counted(0, 0, 0, TimeSpan.Zero, Noon);
        var total = Figures.Total(none, none, [], Noon);
        Assert.Equal((0, 0d, 0d), (total.RateExceededCount, total.AvgProcessingTime, total.Throughput));
        Assert.Null(total.Sms.Percentiles);
    }

    [Theory]
    [InlineData(0.5, 50), InlineData(0.95, 95), InlineData(0.99, 99), InlineData(1, 100)]
    public void Should_tell_percentiles_to_a_fifth(double share, double milliseconds)
    {
        var counts = Enumerable.Range(1, 100).GroupBy(at => Latencies.BucketOf(TimeSpan.FromMilliseconds(at)))
            .ToDictionary(group => group.Key, group => group.LongCount());
        Assert.InRange(Latencies.Percentile(counts, share)!.Value, milliseconds, milliseconds * 1.2);
    }

    [Theory]
    [InlineData(0, 0), InlineData(0.1, 0), InlineData(0.11, 1), InlineData(1e9, Latencies.Buckets - 1)]
    public void Should_have_a_bucket_for_every_duration(double milliseconds, int bucket) =>
        Assert.Equal(bucket, Latencies.BucketOf(TimeSpan.FromMilliseconds(milliseconds)));
}
