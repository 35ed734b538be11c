using System.Net.Http.Json;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;
using Billing.Testing;
using Billing.Views.Restoring;

namespace Billing.Notification.Tests.Reporting;

/// <summary>The messages were brought back from a backup, and the mailboxes were not: whatever waits may have left.</summary>
public sealed class When_messages_are_brought_back(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    const string Before = "as it was sent before";

    [Fact]
    public async Task Should_send_none_that_may_have_left_without_somebodys_word()
    {
        var (waits, waitsAndLeft, doubted, doubtedAndLeft) = (Sample.Receipt(), Sample.Receipt(), Sample.Receipt(), Sample.Receipt());
        foreach (var left in (SendEmail[])[waitsAndLeft, doubtedAndLeft])
            await File.WriteAllTextAsync(FileOf(left), Before);
        await house.StopServiceAsync();
        await house.BreakInAsync("""
            insert into "Restoration" ("RestorationId", "TakenAt", "RestoredAt", "NothingLeft") values (gen_random_uuid(), now() - interval '1 hour', now(), false)
            """);
        await house.StartServiceAsync();

        await house.TellAsync(waits, waitsAndLeft, doubted with { MayHaveLeft = true }, doubtedAndLeft with { MayHaveLeft = true });
        await house.HeardAllAsync();
        Assert.Equal("Failed", (await house.EndsAsync(doubted.NotificationId)).GetProperty("state").GetString());
        Assert.Equal("Sent", (await house.EndsAsync(doubtedAndLeft.NotificationId)).GetProperty("state").GetString());
        var sms = Sample.Sms() with { MayHaveLeft = true };
        await house.TellAsync(sms);
        Assert.Equal("Failed", (await house.EndsAsync(sms.NotificationId)).GetProperty("state").GetString());
        var held = (await house.Http.GetFromJsonAsync<RestoredMessagesView>(new Uri("api/restoration", UriKind.Relative)))!;
        Assert.Equal((2, 1), (held.Waiting, held.HaveLeft));
        Assert.StartsWith($"{waits.NotificationId}: \"receipt\"", Assert.Single(held.Unknown), StringComparison.Ordinal);

        using (var answer = await house.Http.PostAsync(new Uri("api/restoration/release?why=looked&by=Ada", UriKind.Relative), null))
            Assert.Equal(new RestorationReleased(true, HadLeft: 1, Unknown: 1), await answer.Content.ReadFromJsonAsync<RestorationReleased>());
        Assert.Equal("Sent", (await house.EndsAsync(waitsAndLeft.NotificationId)).GetProperty("state").GetString());
        Assert.Contains("ReplayNotifications sends it", (await house.EndsAsync(waits.NotificationId)).GetProperty("reason").GetString(), StringComparison.Ordinal);

        // what comes from now on is sent, and of the others nothing was
        var news = Sample.Receipt();
        await house.TellAsync(news);
        Assert.Equal("Sent", (await house.EndsAsync(news.NotificationId)).GetProperty("state").GetString());
        Assert.False(File.Exists(FileOf(waits)) || File.Exists(FileOf(doubted)));
        Assert.Equal([Before, Before], [await File.ReadAllTextAsync(FileOf(waitsAndLeft)), await File.ReadAllTextAsync(FileOf(doubtedAndLeft))]);

        await house.TellAsync(new ReplayNotifications { NotificationIds = [waits.NotificationId, doubted.NotificationId], RequestedBy = "Ada" });
        await house.CountsBecomeAsync(counts => counts is { Sent: 5, Failed: 0 }, "both are sent by somebody's word");
        Assert.True(File.Exists(FileOf(waits)) && File.Exists(FileOf(doubted)));
    }

    string FileOf(SendEmail email) => Path.Combine(house.MailFolder, $"{email.NotificationId}.eml");
}
