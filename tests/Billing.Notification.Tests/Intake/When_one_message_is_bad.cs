using System.Text.Json;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;

namespace Billing.Notification.Tests.Intake;

public sealed class When_one_message_is_bad(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_fail_alone_and_say_why()
    {
        var good = Sample.Receipt();
        var noAddress = Sample.Receipt(to: "");
        var twoHeaders = Sample.Receipt(to: "jane@example.com\r\nBcc: all@example.com");
        var noLetter = Sample.Receipt() with { Template = "bill" };
        var hole = Sample.Receipt();
        hole.Values!.Remove("paid");
        var nothingToSay = Sample.Receipt() with { Template = null, Subject = "Hello" };
        var nul = Sample.Receipt() with { WorkspaceId = "ac\0me", Template = null, Subject = "Hello", Text = "a\0b" };
        await house.TellAsync(new SendEmails { Emails = [noAddress, twoHeaders, noLetter, hole, nothingToSay, nul, good] });

        Assert.Equal("Sent", (await house.EndsAsync(good.NotificationId)).GetProperty("state").GetString());
        await FailedAsync(noAddress, "To is missing; expected an e-mail address such as jane@example.com.");
        await FailedAsync(twoHeaders, "To is \"j***@example.com\"; expected an e-mail address such as jane@example.com.");
        await FailedAsync(noLetter,
            "Template is \"bill\"; expected one of invoice, receipt, payment-failed, payment-retry, payment-last-try, payment-reminder, "
            + "payment-last-reminder, payment-method-needed, "
            + "account-held, hold-lifted, credit-note, refund, payment-credited, seats-near-limit, seats-overage.");
        await FailedAsync(hole, "Values.paid is missing; expected a value.");
        await FailedAsync(nothingToSay, "Text is missing; expected readable characters, or a Template.");
        await FailedAsync(nul, "WorkspaceId is 5 characters long; expected 1 to 256 printable characters without blanks at the ends. Text is 3 characters long; expected readable characters, or a Template.");
        Assert.True((await house.CountAsync()).Failed >= 6);
    }

    [Fact]
    public async Task Should_fail_alone_among_those_that_come_one_by_one()
    {
        SendEmail[] emails = [.. Enumerable.Range(0, 20).Select(_ => Sample.Receipt())];
        var bad = Sample.Receipt(to: "nobody");
        await house.TellAsync([.. emails, bad]);
        await FailedAsync(bad, "To is \"***\"; expected an e-mail address such as jane@example.com.");
        foreach (var email in emails)
            Assert.Equal("Sent", (await house.EndsAsync(email.NotificationId)).GetProperty("state").GetString());
    }

    [Fact]      // rechnung@müller.example was taken, and never written to
    public async Task Should_be_sent_to_a_domain_in_other_letters_as_it_travels()
    {
        var abroad = Sample.Receipt(to: "rechnung@müller.example");
        await house.TellAsync(abroad);
        Assert.Equal("Sent", (await house.EndsAsync(abroad.NotificationId)).GetProperty("state").GetString());
        Assert.Contains(Directory.GetFiles(house.MailFolder), file => File.ReadAllText(file).Contains("rechnung@xn--mller-kva.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_keep_one_without_an_id_where_it_can_be_found()
    {
        var unnamed = Sample.Receipt(Guid.Empty, workspace: "unnamed");
        await house.TellAsync(new SendEmails { Emails = [unnamed, null!] });
        await house.HeardAllAsync();
        var kept = Assert.Single(await house.OfWorkspaceAsync("unnamed"));
        Assert.Equal("NotificationId is missing; expected a value.", kept.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Should_fail_alone_when_it_cannot_be_read()
    {
        Guid[] ids = [.. Enumerable.Range(0, 3).Select(_ => Guid.NewGuid())];
        string Email(Guid id, string more) =>
            $$"""{ "notificationId": "{{id}}", "workspaceId": "unread", "to": "jane@example.com", "subject": "Hello", "text": "Hi"{{more}} }""";
        await house.PublishByHandAsync("Billing.Contracts.Notification.V1:SendEmails", $$"""
            { "emails": [ {{Email(ids[0], "")}}, {{Email(ids[1], ", \"sendAt\": \"2026-02-30T08:00:00Z\"")}}, null,
              { "notificationId": "n/a", "workspaceId": "unread" }, {{Email(ids[2], ", \"priority\": 1e30")}} ] }
            """);
        await house.HeardAllAsync();

        Assert.Equal("Sent", (await house.EndsAsync(ids[0])).GetProperty("state").GetString());
        Assert.Equal("SendAt is \"2026-02-30T08:00:00Z\"; expected an instant with its offset, such as 2026-10-31T23:30:00Z or 2026-11-01T00:30:00+01:00.",
            (await house.EndsAsync(ids[1])).GetProperty("reason").GetString());
        Assert.Equal("Priority is 1e30; expected a whole number from -2147483648 to 2147483647.",
            (await house.EndsAsync(ids[2])).GetProperty("reason").GetString());
        var reasons = (await house.OfWorkspaceAsync("unread")).Select(one => one.GetProperty("reason").GetString());
        Assert.Contains("NotificationId is \"n/a\"; expected an id such as 3f2504e0-4f89-11d3-9a0c-0305e82c3301.", reasons);
    }

    [Fact]
    public async Task Should_refuse_a_list_that_is_too_long_as_a_whole()
    {
        var list = Sample.List(1001);
        await house.TellAsync(list);
        await house.HeardAllAsync();
        Assert.Equal(JsonValueKind.Undefined, (await house.FindAsync(list.Emails[0].NotificationId)).ValueKind);
    }

    async Task FailedAsync(SendEmail email, string because)
    {
        var found = await house.EndsAsync(email.NotificationId);
        Assert.Equal("Failed", found.GetProperty("state").GetString());
        Assert.Equal(because, found.GetProperty("reason").GetString());
        Assert.DoesNotContain($"{email.NotificationId}.eml", house.Files);
    }
}
