using Billing.Notification.Tests.House;
using Billing.Testing;

namespace Billing.Notification.Tests.Sending;

[Collection(nameof(AloneInTheProcess))]
public sealed class When_many_are_sent(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_make_a_file_of_each_of_a_thousand_and_count_them()
    {
        var list = Sample.List(1000);
        await house.TellAsync(list);
        var counts = await house.CountsBecomeAsync(counts => counts.Sent >= 1000, "a thousand are sent");
        Assert.Equal(new Counts("Email", 0, 0, 0, 0, 1000, 0, 0), counts);
        Assert.Equal(list.Emails.Select(email => $"{email.NotificationId}.eml").Order(), house.Files);
        Assert.Equal(100, (await house.OfWorkspaceAsync("w3")).Count);

        var last = list.Emails[^1];
        var found = await house.FindAsync(last.NotificationId);
        Assert.Equal("c***@example.com", found.GetProperty("to").GetString());
        Assert.True(found.GetProperty("endedAt").GetDateTimeOffset() >= found.GetProperty("queuedAt").GetDateTimeOffset());
        Assert.Contains($"To: {last.To}\r\nSubject: Receipt for invoice 2026-000017\r\n", house.Read($"{last.NotificationId}.eml"));

        // at least: meters are the process's, and other tests run in it
        await Eventually.HoldsAsync(SentAccordingToMetricsAsync, sent => sent >= 1000, "the counter shows a thousand");
    }

    async Task<double> SentAccordingToMetricsAsync()
    {
        const string Counter = "billing_notification_sent_total{channel=\"email\",outcome=\"sent\"} ";
        var metrics = await house.Http.GetStringAsync(new Uri("metrics", UriKind.Relative));
        return double.Parse(metrics.Split('\n').FirstOrDefault(line => line.StartsWith(Counter, StringComparison.Ordinal))?[Counter.Length..] ?? "0");
    }
}
