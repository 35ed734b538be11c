using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;
using Billing.Sealing;
using Microsoft.Extensions.Configuration;

namespace Billing.Notification.Tests.Sealing;

public sealed class When_contact_data_is_kept(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    static readonly Sealer Sender = Of("test", NotificationHouse.SealingKey);

    [Fact]
    public async Task Should_show_none_of_it_in_the_table()
    {
        var (letter, text, sms) = (Sample.Receipt(), Sample.Receipt() with { Template = null, Values = null, Subject = "Your contract", Text = "We moved." },
            Sample.Sms());
        await house.TellAsync(letter, text, sms);
        foreach (var (id, parts) in ((Guid, string)[])[(letter.NotificationId, "RV"), (text.NotificationId, "RST"), (sms.NotificationId, "RT")])
        {
            Assert.Equal("Sent", (await house.EndsAsync(id)).GetProperty("state").GetString());
            foreach (var column in ((string[])["Recipient", "Values", "Subject", "Text"]).Where(column => parts.Contains(column[0])))
                Assert.StartsWith("sealed:v1:test:",
                    await house.ReadColumnAsync($"""select "{column}" from "Notification" where "NotificationId" = '{id}'"""), StringComparison.Ordinal);
            var row = await house.ReadColumnAsync($"""select row_to_json(n)::text from "Notification" n where "NotificationId" = '{id}'""");
            foreach (var secret in (string[])["jane", "Jane", "4930123456", "moved", "contract", "2026-000017"])
                Assert.DoesNotContain(secret, row, StringComparison.Ordinal);
        }

        Assert.Equal("j***@example.com", (await house.FindAsync(letter.NotificationId)).GetProperty("to").GetString());
    }

    [Fact]
    public async Task Should_open_what_a_sender_has_sealed()
    {
        var (email, sms, one) = (Sample.Receipt(), Sample.Sms(), Sample.Receipt());
        var shut = Sender.Seal(email);
        Assert.DoesNotContain("jane", System.Text.Json.JsonSerializer.Serialize(shut), StringComparison.OrdinalIgnoreCase);
        await house.TellAsync(new SendEmails { Emails = [shut] }, Sender.Seal(sms), Sender.Seal(one));
        foreach (var id in (Guid[])[email.NotificationId, sms.NotificationId, one.NotificationId])
            Assert.Equal("Sent", (await house.EndsAsync(id)).GetProperty("state").GetString());
        Assert.Contains("To: jane@example.com\r\nSubject: Receipt for invoice 2026-000017\r\n", house.Read($"{email.NotificationId}.eml"),
            StringComparison.Ordinal);
        Assert.Contains("Dear Jane,", house.Read($"{one.NotificationId}.eml"), StringComparison.Ordinal);
        Assert.Equal("To: +4930123456\n\nYour invoice is ready\n", house.Read($"{sms.NotificationId}.txt"));
    }

    [Fact]
    public async Task Should_fail_alone_when_it_cannot_be_opened()
    {
        var stranger = Of("stranger", Convert.ToBase64String(new byte[32]));
        var (good, shut, damaged) = (Sample.Receipt(), stranger.Seal(Sample.Receipt()), Sample.Receipt() with { To = "sealed:v1:test:AAAA" });
        await house.TellAsync(new SendEmails { Emails = [shut, damaged, good] });
        Assert.Equal("Sent", (await house.EndsAsync(good.NotificationId)).GetProperty("state").GetString());
        Assert.Equal("To is sealed with the key \"stranger\", which is not in Sealing:Keys.", (await house.EndsAsync(shut.NotificationId)).GetProperty("reason")
            .GetString());
        Assert.Equal("To is sealed with the key \"test\", and cannot be opened: it was changed, or Sealing:Keys:test is another key.",
            (await house.EndsAsync(damaged.NotificationId)).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Should_go_on_with_rows_from_before_and_fail_alone_those_whose_key_is_gone()
    {
        var (clear, lost) = (Guid.NewGuid(), Guid.NewGuid());
        foreach (var (id, to) in ((Guid, string)[])[(clear, "jane@example.com"),
            (lost, Of("gone", Convert.ToBase64String(new byte[32])).Seal("jane@example.com"))])
            await house.BreakInAsync($"""
                insert into "Notification" ("NotificationId", "Channel", "WorkspaceId", "Recipient", "Subject", "Text", "State", "Attempt", "QueuedAt", "DueAt")
                values ('{id}', 'Email', 'acme', '{to}', 'Hello', 'From before', 'Queued', 1, now(), now())
                """);
        Assert.Equal("Sent", (await house.EndsAsync(clear)).GetProperty("state").GetString());
        Assert.EndsWith("From before\r\n", house.Read($"{clear}.eml"), StringComparison.Ordinal);
        Assert.Equal("It is sealed with the key \"gone\", which is not in Sealing:Keys; put the key back and send it again.", (await house.EndsAsync(lost))
            .GetProperty("reason").GetString());
    }

    [Fact]
    public void Should_refuse_to_start_without_a_key() =>
        Assert.StartsWith("Sealing:CurrentKey is not set; expected the name of a key in Sealing:Keys",
            Assert.Throws<InvalidOperationException>(() => NotificationApplication.Build([], builder =>
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Database:ConnectionString"] = "Host=nowhere" }))).Message,
                StringComparison.Ordinal);

    static Sealer Of(string name, string key) => new(name, new Dictionary<string, byte[]> { [name] = Convert.FromBase64String(key) });
}
