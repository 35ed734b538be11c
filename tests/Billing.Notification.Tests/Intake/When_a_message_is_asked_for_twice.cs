using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;

namespace Billing.Notification.Tests.Intake;

public sealed class When_a_message_is_asked_for_twice(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_send_it_once_within_one_list()
    {
        var email = Sample.Receipt();
        await house.TellAsync(new SendEmails { Emails = [email, Sample.Receipt(), email] });
        await SentOnceAsync(email);
    }

    [Fact]
    public async Task Should_send_it_once_though_it_comes_in_messages_with_ids_of_their_own()
    {
        var email = Sample.Receipt();
        await house.TellAsync(email, email, new SendEmails { Emails = [email] });
        await SentOnceAsync(email);
        await house.TellAsync(email);
        await SentOnceAsync(email);
    }

    [Fact]
    public async Task Should_send_it_once_over_a_restart()
    {
        var email = Sample.Receipt();
        await house.TellAsync(email);
        await SentOnceAsync(email);
        await house.StopServiceAsync();
        await house.TellAsync(email);
        await house.StartServiceAsync();
        await SentOnceAsync(email);
    }

    [Fact]
    public async Task Should_keep_what_was_asked_for_first()
    {
        var email = Sample.Receipt();
        await house.TellAsync(email);
        await SentOnceAsync(email);
        await house.TellAsync(email with { To = "joe@example.com" });
        await SentOnceAsync(email);
    }

    async Task SentOnceAsync(SendEmail email)
    {
        await house.HeardAllAsync();
        Assert.Equal("Sent", (await house.EndsAsync(email.NotificationId)).GetProperty("state").GetString());
        var counts = await house.CountsBecomeAsync(counts => counts is { Queued: 0, Collected: 0, Sending: 0 }, "nothing waits");
        Assert.Equal(house.Files.Count, counts.Sent);       // each file was written by one send, not two
        Assert.Contains("To: jane@example.com", house.Read($"{email.NotificationId}.eml"));
    }
}
