using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Sending;
using Billing.Notification.Tests.House;
using Billing.Testing;

namespace Billing.Notification.Tests.Sending;

public sealed class When_a_mail_server_is_set(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_hand_over_each_and_fail_only_whom_the_server_refuses()
    {
        await using var server = new MailServer();
        await house.StopServiceAsync();
        await house.StartServiceAsync(null, ("Mail:SmtpHost", "127.0.0.1"), ("Mail:SmtpPort", $"{server.Port}"), ("Mail:SmtpTls", "false"), ("Mail:From", "billing@example.com"));
        SendEmail[] good = [Sample.Receipt(to: "jane@example.com"), Sample.Receipt(to: "joe@example.com")];
        var (gone, busy) = (Sample.Receipt(to: "gone@example.com"), Sample.Receipt(to: "busy@example.com"));
        await house.TellAsync(new SendEmails { Emails = [.. good, gone, busy] });

        foreach (var email in good)
        {
            Assert.Equal("Sent", (await house.EndsAsync(email.NotificationId)).GetProperty("state").GetString());
            var mail = Assert.Single(server.Taken, mail => mail.Contains($"<{email.NotificationId}@example.com>", StringComparison.Ordinal));
            Assert.Contains("Subject: Receipt for invoice 2026-000017", mail, StringComparison.Ordinal);
        }

        Assert.StartsWith("rejected by the provider: ", (await house.EndsAsync(gone.NotificationId)).GetProperty("reason").GetString());
        var waits = await Eventually.HoldsAsync(() => house.FindAsync(busy.NotificationId), found => found.GetProperty("attempt").GetInt32() == 2, "the second attempt waits");
        Assert.Equal("Queued", waits.GetProperty("state").GetString());
        Assert.Empty(house.Files);

        server.IsBusy = false;
        house.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("Sent", (await house.EndsAsync(busy.NotificationId)).GetProperty("state").GetString());
    }

    [Theory]
    [InlineData(SmtpStatusCode.MailboxUnavailable, ProviderAnswer.Rejected)]
    [InlineData(SmtpStatusCode.MailboxBusy, ProviderAnswer.Unavailable)]
    [InlineData(SmtpStatusCode.ServiceNotAvailable, ProviderAnswer.Unavailable)]
    [InlineData((SmtpStatusCode)535, ProviderAnswer.Unavailable)]       // our password, not the recipient's fault
    [InlineData(SmtpStatusCode.GeneralFailure, ProviderAnswer.Lost)]
    public void Should_tell_whose_fault_it_is(SmtpStatusCode code, object answer) => Assert.Equal(answer, SmtpOutlet.ReplyOf(new SmtpException(code)).Answer);

    [Fact]
    public void Should_know_that_nothing_was_taken_where_nobody_listens() =>
        Assert.Equal(ProviderAnswer.Unavailable, SmtpOutlet.ReplyOf(new SmtpException("away", new SocketException((int)SocketError.ConnectionRefused))).Answer);

    /// <summary>Speaks just enough SMTP: refuses who is gone, and puts off who is busy.</summary>
    sealed class MailServer : IAsyncDisposable
    {
        readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        readonly List<string> _taken = [];

        public MailServer()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public bool IsBusy { get; set; } = true;

        public IReadOnlyList<string> Taken
        {
            get
            {
                lock (_taken)
                    return [.. _taken];
            }
        }

        public ValueTask DisposeAsync()
        {
            _listener.Dispose();
            return ValueTask.CompletedTask;
        }

        async Task AcceptAsync()
        {
            try
            {
                while (true)
                    _ = TalkAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // the test is over
            }
        }

        async Task TalkAsync(TcpClient client)
        {
            using var connection = client;
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 ready");
            while (await reader.ReadLineAsync() is { } line)
            {
                await writer.WriteLineAsync(line.Split(' ', ':')[0].ToUpperInvariant() switch
                {
                    "RCPT" when line.Contains("gone", StringComparison.Ordinal) => "550 no such mailbox",
                    "RCPT" when line.Contains("busy", StringComparison.Ordinal) && IsBusy => "450 mailbox busy",
                    "DATA" => "354 go on",
                    "QUIT" => "221 bye",
                    _ => "250 ok"
                });
                if (line == "DATA")
                    await TakeAsync(reader, writer);
            }
        }

        async Task TakeAsync(StreamReader reader, StreamWriter writer)
        {
            var mail = new StringBuilder();
            while (await reader.ReadLineAsync() is { } line && line != ".")
                mail.AppendLine(line);
            lock (_taken)
                _taken.Add(mail.ToString());
            await writer.WriteLineAsync("250 taken");
        }
    }
}
