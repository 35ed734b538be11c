using System.Text.Json;
using Billing.Notification.Limiting;
using Billing.Notification.Metrics;

namespace Billing.Notification.Tests.Metrics;

public sealed class When_figures_are_asked_for
{
    static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    [Fact]
    public void Should_sum_over_processes()
    {
        var total = Figures.Total([new Counted(2, 300, TimeSpan.FromSeconds(3)), new Counted(1, 100, TimeSpan.FromSeconds(5))], Noon.AddSeconds(-20), Noon);
        Assert.Equal("""{"rateExceededCount":3,"avgProcessingTime":20,"throughput":20,"timestamp":"2026-11-01T12:00:00+00:00"}""", JsonSerializer.Serialize(total, Web));
    }

    [Fact]
    public void Should_be_zero_before_anything_was_sent()
    {
        var total = Figures.Total([], Noon, Noon);
        Assert.Equal((0, 0d, 0d), (total.RateExceededCount, total.AvgProcessingTime, total.Throughput));
    }

    [Fact]
    public void Should_show_a_workspace_under_the_known_names()
    {
        var figures = Figures.Workspace("w1", new Dictionary<Channel, long> { [Channel.Sms] = 120 },
            [new(Channel.Sms, "w1", Noon, 40, "429"), new(Channel.Email, "w2", Noon, 1, "x"), new(Channel.Sms, "w1", Noon.AddSeconds(-5), 30, "429")], Noon);
        Assert.Equal(
            """{"workspaceId":"w1","sms":{"count":120,"lastExceeded":"2026-11-01T12:00:00+00:00","details":[{"timestamp":"2026-11-01T12:00:00+00:00","batchSize":40,"errorMessage":"429"},{"timestamp":"2026-11-01T11:59:55+00:00","batchSize":30,"errorMessage":"429"}]},"email":{"count":0,"lastExceeded":null,"details":[]},"timestamp":"2026-11-01T12:00:00+00:00"}""",
            JsonSerializer.Serialize(figures, Web));
    }
}
