using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;
using Billing.Testing;

namespace Billing.Notification.Tests.Sending;

/// <summary>The whole service against a mail server that others wrote.</summary>
public sealed class When_a_mail_server_is_set(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_bring_the_deferred_later_fail_only_whom_the_server_refuses_and_send_the_others_once()
    {
        await using var server = await MailServer.StartAsync();
        await house.StopServiceAsync();
        // long waits, so that no second attempt comes before it was looked at, however slow the machine is
        await house.StartServiceAsync(null, [.. server.Settings, ("Sending:Retry:Waits:0", "01:00:00"), ("Sending:Retry:Waits:1", "01:00:00")]);
        SendEmail[] good = [.. Enumerable.Range(0, 60).Select(at => Sample.Receipt(to: $"customer-{at}@example.com", workspace: $"w{at % 7}"))];
        SendEmail[] deferred = [.. Enumerable.Range(0, 10).Select(at => Sample.Receipt(to: $"later-{1 + (at % 2)}.{at}@example.com", workspace: $"w{at % 7}"))];
        SendEmail[] refused = [.. Enumerable.Range(0, 10).Select(at => Sample.Receipt(to: $"never-{at}@example.com", workspace: $"w{at % 7}"))];
        var spam = Sample.Receipt(to: "spam@example.com");
        await house.TellAsync(new SendEmails { Emails = [.. refused, .. deferred, spam, .. good] });

        foreach (var email in good)
            Assert.Equal("Sent", (await house.EndsAsync(email.NotificationId)).GetProperty("state").GetString());
        foreach (var email in refused)
            Assert.Equal("rejected by the provider: 550 5.1.1 <n***@example.com> is not known here", (await house.EndsAsync(email.NotificationId))
                .GetProperty("reason").GetString());
        Assert.Equal("rejected by the provider: 554 5.7.1 the text is not wanted", (await house.EndsAsync(spam.NotificationId)).GetProperty("reason")
            .GetString());
        foreach (var email in deferred)
        {
            var waits = await Eventually.HoldsAsync(() => house.FindAsync(email.NotificationId), found =>
                found.GetProperty("attempt").GetInt32() == 2, "the second attempt waits");
            Assert.StartsWith("450 4.2.1 <l***@example.com> is busy", waits.GetProperty("reason").GetString(), StringComparison.Ordinal);
        }

        await Eventually.HoldsAsync(async () =>
        {
            var counts = await house.CountAsync();
            if (counts is { Deferred: > 0, Queued: 0, Collected: 0, Sending: 0 })
                house.Clock.Advance(TimeSpan.FromHours(1));
            return counts;
        }, counts => counts is { Sent: 70, Failed: 11 }, "the deferred have arrived");
        var arrived = await Eventually.HoldsAsync(() => Task.FromResult(server.Taken), taken => taken.Count >= 70, "70 mails are told of");
        Assert.Equal(good.Concat(deferred).Select(email => email.To).Order(), arrived.Select(mail => mail.To).Order());
        Assert.Contains($"Message-ID: <{good[0].NotificationId}@example.com>", arrived.Single(mail => mail.To == good[0].To).Text, StringComparison.Ordinal);
        Assert.InRange(server.Connections, 1, 5);
        Assert.Empty(house.Files);
    }
}
