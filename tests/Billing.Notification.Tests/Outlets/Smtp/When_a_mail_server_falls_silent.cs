using System.Net;
using System.Net.Sockets;
using System.Text;
using Billing.Notification.Delivering;
using Billing.Notification.Messages;
using Billing.Notification.Outlets.Smtp;
using Billing.Notification.Settings;
using Billing.Notification.Writing;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Tests.Outlets.Smtp;

public sealed class When_a_mail_server_falls_silent
{
    /// <summary>The greeting, and the answers to EHLO, MAIL, RCPT and DATA.</summary>
    static readonly string[] Answers = ["220 here", "250 here", "250 our own address", "250 the recipient", "354 the mail, please"];

    [Theory]
    [InlineData(0, ProviderAnswer.Unavailable), InlineData(1, ProviderAnswer.Unavailable), InlineData(2, ProviderAnswer.Unavailable)]
    [InlineData(3, ProviderAnswer.Unavailable), InlineData(4, ProviderAnswer.Unavailable), InlineData(5, ProviderAnswer.Lost)]
    public async Task Should_be_in_doubt_only_once_the_mail_was_sent(int answers, object answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, answers);
        await using var outlet = new SmtpOutlet(Options.Create(new MailOptions
        {
            From = "billing@example.com",
            SmtpHost = "127.0.0.1",
            SmtpPort = ((IPEndPoint)listener.LocalEndpoint).Port,
            SmtpTls = false,
            SmtpTimeout = TimeSpan.FromSeconds(2)
        }));
        Assert.Equal(new ProviderReply((ProviderAnswer)answer, "The server did not answer in time."), await outlet.SendAsync(Mail()));
        Assert.Equal(answers == Answers.Length, (await serving).Contains("Message-ID", StringComparison.Ordinal));
    }

    /// <returns>What the client said until it gave up.</returns>
    static async Task<string> ServeAsync(TcpListener listener, int answers)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var (wire, heard, buffer) = (client.GetStream(), new StringBuilder(), new byte[4096]);
        foreach (var answer in Answers.Take(answers))
        {
            await wire.WriteAsync(Encoding.ASCII.GetBytes($"{answer}\r\n"));
            heard.Append(Encoding.ASCII.GetString(buffer, 0, await wire.ReadAsync(buffer)));
        }

        while (await wire.ReadAsync(buffer) is > 0 and var read)
            heard.Append(Encoding.ASCII.GetString(buffer, 0, read));
        return heard.ToString();
    }

    static ReadyMessage Mail() => new(
        new OutgoingMessage
        {
            NotificationId = Guid.NewGuid(),
            Channel = Channel.Email,
            WorkspaceId = "acme",
            Recipient = "jane@example.com",
            State = MessageState.Sending,
            QueuedAt = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero)
        }, new MessageContent("Hello", "Hello"));
}
