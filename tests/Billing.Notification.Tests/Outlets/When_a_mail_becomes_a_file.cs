using System.Text;
using Billing.Notification.Delivering;
using Billing.Notification.Messages;
using Billing.Notification.Outlets;
using Billing.Notification.Writing;

namespace Billing.Notification.Tests.Outlets;

public sealed class When_a_mail_becomes_a_file
{
    static readonly OutgoingMessage Message = new()
    {
        NotificationId = new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"),
        Channel = Channel.Email,
        WorkspaceId = "acme",
        Recipient = "jane@example.com",
        State = MessageState.Sending,
        QueuedAt = new DateTimeOffset(2026, 11, 1, 14, 0, 0, TimeSpan.FromHours(2))
    };

    [Fact]
    public void Should_be_what_a_mail_program_opens() =>
        Assert.Equal("""
            From: billing@example.com
            To: jane@example.com
            Subject: Hello
            Date: Sun, 01 Nov 2026 12:00:00 +0000
            Message-ID: <0f8fad5b-d9cb-469f-a165-70867728950e@example.com>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit

            Grüße,
            Billing

            """.ReplaceLineEndings("\r\n"), Write("Hello", "Grüße,\nBilling"));

    [Fact]
    public void Should_encode_a_subject_in_words_of_at_most_75_characters()
    {
        const string Subject = "Rechnung für Müller & Söhne, größte Straße Österreichs, über 1.000 €, 日本語";
        var words = Write(Subject, "x").Split("Subject: ")[1].Split("\r\nDate")[0].Split("\r\n ");
        Assert.All(words, word => Assert.True(word.Length <= 75));
        Assert.Equal(Subject, string.Concat(words.Select(word => Encoding.UTF8.GetString(Convert.FromBase64String(word["=?utf-8?B?".Length..^2])))));
    }

    [Fact]
    public void Should_break_lines_that_no_mail_server_takes()
    {
        var text = new string('ü', 600);
        var parts = Write("x", text).Split("\r\n\r\n");
        Assert.Contains("Content-Transfer-Encoding: base64", parts[0], StringComparison.Ordinal);
        Assert.Equal(text, Encoding.UTF8.GetString(Convert.FromBase64String(parts[1])));
        Assert.All(parts[1].Split("\r\n"), line => Assert.True(line.Length <= 76));
    }

    static string Write(string subject, string text) =>
        Encoding.UTF8.GetString(MailMessages.Write(new ReadyMessage(Message, new MessageContent(subject, text)), "billing@example.com"));
}
