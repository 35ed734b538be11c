using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;
using Billing.Sealing;
using Billing.Testing;

namespace Billing.Notification.Tests.Messages;

/// <summary>Whom a message went to and what it said goes some time after it has ended; that it was asked for, and what became of it, stays.</summary>
public sealed class When_messages_are_old(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    static readonly Sealer Key = new("test", new Dictionary<string, byte[]> { ["test"] = Convert.FromBase64String(NotificationHouse.SealingKey) });

    [Fact]
    public async Task Should_lose_their_words_when_it_is_time_and_keep_their_rows()
    {
        var (letter, sms, failed) = (Sample.Receipt(), Sample.Sms(), Sample.Receipt());
        await house.TellAsync(letter, sms, failed);
        foreach (var id in (Guid[])[letter.NotificationId, sms.NotificationId, failed.NotificationId])
            await house.EndsAsync(id);
        await house.BreakInAsync($"""
            update "Notification" set "State" = 'Failed', "Reason" = '550 no mailbox jane@example.com here' where "NotificationId" = '{failed.NotificationId}'
            """);
        await house.BreakInAsync($"""
            insert into "DeliveryReport" ("NotificationId", "Stage", "Reason", "At") values ('{sms.NotificationId}', 4, '+4930123456 is switched off', now())
            """);

        await LaterAsync(TimeSpan.FromDays(89));
        var young = Sample.Receipt();
        await house.TellAsync(young);
        await house.EndsAsync(young.NotificationId);
        Assert.Equal("j***@example.com", (await house.FindAsync(letter.NotificationId)).GetProperty("to").GetString());

        await LaterAsync(TimeSpan.FromDays(2));
        foreach (var (id, state) in ((Guid, string)[])[(letter.NotificationId, "Sent"), (sms.NotificationId, "Sent"), (failed.NotificationId, "Failed")])
        {
            await Eventually.HoldsAsync(async () => await RecipientAsync(id) == "erased", "the words went");
            Assert.Equal(state, (await house.FindAsync(id)).GetProperty("state").GetString());
            Assert.Equal("0", await house.ReadColumnAsync($"""
                select num_nonnulls("Values", "Subject", "Text")::text from "Notification" where "NotificationId" = '{id}'
                """));
        }

        Assert.Equal("550 no mailbox erased here", (await house.FindAsync(failed.NotificationId)).GetProperty("reason").GetString());
        Assert.Equal("erased is switched off",
            await house.ReadColumnAsync($"""select "Reason" from "DeliveryReport" where "NotificationId" = '{sms.NotificationId}'"""));
        Assert.Equal("jane@example.com", await RecipientAsync(young.NotificationId));
    }

    [Fact]
    public async Task Should_not_be_sent_again_without_their_words()
    {
        var (again, failed) = (Sample.Receipt(), Sample.Receipt());
        await house.TellAsync(again, failed);
        await house.EndsAsync(again.NotificationId);
        await house.EndsAsync(failed.NotificationId);
        await house.BreakInAsync($"""
            update "Notification" set "State" = 'Failed', "EndedAt" = "EndedAt" + interval '1 second' where "NotificationId" = '{failed.NotificationId}'
            """);
        await LaterAsync(TimeSpan.FromDays(91));
        await Eventually.HoldsAsync(async () => await RecipientAsync(failed.NotificationId) == "erased" && await RecipientAsync(again.NotificationId) == "erased",
            "the words went");
        var files = house.Files;

        await house.TellAsync(again, new ReplayNotifications { NotificationIds = [failed.NotificationId] });
        await house.HeardAllAsync();

        Assert.Equal("Failed", (await house.FindAsync(failed.NotificationId)).GetProperty("state").GetString());
        Assert.Equal("erased", await RecipientAsync(again.NotificationId));
        Assert.Equal(files, house.Files);
    }

    /// <summary>The pass at the start of a process is as good as any.</summary>
    async Task LaterAsync(TimeSpan later)
    {
        await house.StopServiceAsync();
        house.Clock.Advance(later);
        await house.StartServiceAsync();
    }

    async Task<string> RecipientAsync(Guid id) =>
        Key.Open(await house.ReadColumnAsync($"""select "Recipient" from "Notification" where "NotificationId" = '{id}'"""));
}
