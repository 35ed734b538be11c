using System.Text;
using Billing.Notification.Delivering;
using Billing.Notification.Messages;
using Billing.Notification.Outlets.Smtp;
using Billing.Notification.Settings;
using Billing.Notification.Tests.House;
using Billing.Notification.Writing;
using Billing.Testing;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Tests.Outlets.Smtp;

/// <summary>The outlet alone, against a mail server that others wrote.</summary>
public sealed class When_mails_go_to_a_server
{
    /// <summary>As many at a time as the channel's limit in flight lets through: that is the one bound, and the connections follow it.</summary>
    [Fact]
    public async Task Should_use_five_connections_for_many_mails()
    {
        await using var server = await MailServer.StartAsync();
        await using var outlet = Outlet(server);
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 5 }, async (at, _) =>
            Assert.Equal(ProviderReply.Accepted, await outlet.SendAsync(Mail($"customer-{at}@example.com"))));
        Assert.InRange(server.Connections, 1, 5);
        await Eventually.HoldsAsync(() => Task.FromResult(server.Taken.Count), count => count == 200, "200 mails are told of");
        Assert.Equal(200, server.Taken.Select(mail => mail.To).Distinct().Count());
    }

    [Fact]
    public async Task Should_take_a_new_connection_after_a_hundred_mails()
    {
        await using var server = await MailServer.StartAsync();
        await using var outlet = Outlet(server);
        for (var at = 0; at < 101; at++)
            Assert.Equal(ProviderReply.Accepted, await outlet.SendAsync(Mail($"customer-{at}@example.com")));
        await Eventually.HoldsAsync(() => Task.FromResult(server.Connections), count => count == 2, "a second connection was opened");
    }

    [Fact]
    public async Task Should_go_on_over_the_same_connection_after_a_refusal()
    {
        await using var server = await MailServer.StartAsync();
        await using var outlet = Outlet(server);
        Assert.Equal(new ProviderReply(ProviderAnswer.Rejected, "550 5.1.1 <n***@example.com> is not known here"),
            await outlet.SendAsync(Mail("never@example.com")));
        Assert.Equal(new ProviderReply(ProviderAnswer.Deferred, "450 4.2.1 <l***@example.com> is busy, try 1 more"),
            await outlet.SendAsync(Mail("later-1.joe@example.com")));
        Assert.Equal(new ProviderReply(ProviderAnswer.Rejected, "554 5.7.1 the text is not wanted"), await outlet.SendAsync(Mail("spam@example.com")));
        Assert.Equal(new ProviderReply(ProviderAnswer.TooFast, "454 Throttling failure: Maximum sending rate exceeded."),
            await outlet.SendAsync(Mail("quick@example.com")));
        Assert.Equal(ProviderReply.Accepted, await outlet.SendAsync(Mail("jane@example.com")));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Should_not_hold_it_against_a_mail_that_an_idle_connection_was_closed()
    {
        await using var server = await MailServer.StartAsync();
        await using var outlet = Outlet(server);
        Assert.Equal(ProviderReply.Accepted, await outlet.SendAsync(Mail("jane@example.com")));
        await server.DropAsync();
        // whether the goodbye is here already or comes while we speak, the answer is the same
        Assert.Equal(ProviderReply.Accepted, await outlet.SendAsync(Mail("joe@example.com")));
        Assert.Equal(ProviderReply.Accepted, await outlet.SendAsync(Mail("jim@example.com")));
        await Eventually.HoldsAsync(() => Task.FromResult(server.Taken.Count), count => count == 3, "three mails were taken");
    }

    [Fact]
    public async Task Should_be_in_doubt_when_the_answer_to_the_mail_is_lost()
    {
        await using var server = await MailServer.StartAsync();
        await using var outlet = Outlet(server);
        Assert.Equal(ProviderAnswer.Lost, (await outlet.SendAsync(Mail("cut@example.com"))).Answer);
        Assert.Equal(ProviderReply.Accepted, await outlet.SendAsync(Mail("jane@example.com")));
    }

    [Fact]
    public async Task Should_know_that_nothing_was_taken_where_nobody_listens()
    {
        int port;
        await using (var server = await MailServer.StartAsync())
            port = server.Port;
        await using var outlet = Outlet(options => (options.SmtpHost, options.SmtpPort) = ("127.0.0.1", port));
        Assert.Equal(ProviderAnswer.Unavailable, (await outlet.SendAsync(Mail("jane@example.com"))).Answer);
    }

    [Fact]
    public async Task Should_give_the_words_of_a_server_that_does_not_let_us_in()
    {
        await using var server = await MailServer.StartAsync(new { greeting = 554 });
        await using var outlet = Outlet(server);
        Assert.Equal(new ProviderReply(ProviderAnswer.Unavailable, "554 come back later"), await outlet.SendAsync(Mail("jane@example.com")));
    }

    [Fact]
    public async Task Should_fail_no_message_for_our_own_address()
    {
        await using var server = await MailServer.StartAsync(new { sender = 550 });
        await using var outlet = Outlet(server);
        Assert.Equal(new ProviderReply(ProviderAnswer.Unavailable, "550 5.7.1 not from this address"), await outlet.SendAsync(Mail("jane@example.com")));
    }

    [Theory]
    [InlineData("PLAIN"), InlineData("LOGIN")]
    public async Task Should_sign_in_over_an_encrypted_connection(string way)
    {
        var (key, cert) = MailServer.Certificate();
        var trusted = await WrittenAsync(cert);
        await using var server = await MailServer.StartAsync(new { key, cert, password = "s3cret", authMethods = new[] { way } });
        await using var outlet = Outlet(server, options =>
            (options.SmtpTls, options.SmtpTrustedCertificate, options.SmtpUsername, options.SmtpPassword) = (true, trusted, "billing", "s3cret"));
        Assert.Equal(ProviderReply.Accepted, await outlet.SendAsync(Mail("jane@example.com")));
        Assert.Equal(ProviderReply.Accepted, await outlet.SendAsync(Mail("joe@example.com")));
        Assert.Equal([new SeenLogin(way, true, true)], server.Logins);
        await Eventually.HoldsAsync(() => Task.FromResult(server.Taken), taken =>
            taken.Count == 2 && taken.All(mail => mail is { Secure: true, User: "billing" }), "two mails came encrypted and signed in");
        File.Delete(trusted);
    }

    [Fact]
    public async Task Should_give_the_words_about_a_wrong_password()
    {
        await using var server = await MailServer.StartAsync(new { password = "s3cret" });
        await using var outlet = Outlet(server, options => (options.SmtpUsername, options.SmtpPassword) = ("billing", "wrong"));
        Assert.Equal(new ProviderReply(ProviderAnswer.Unavailable, "535 5.7.8 authentication credentials invalid"),
            await outlet.SendAsync(Mail("jane@example.com")));
    }

    [Fact]
    public async Task Should_send_nothing_in_clear_when_it_is_to_be_encrypted()
    {
        await using var server = await MailServer.StartAsync();
        await using var outlet = Outlet(server, options => options.SmtpTls = true);
        Assert.Equal("The server offers no STARTTLS, and Mail:SmtpTls asks for it.", (await outlet.SendAsync(Mail("jane@example.com"))).Words);
        Assert.Empty(server.Taken);
    }

    [Fact]
    public async Task Should_not_trust_a_certificate_that_nobody_vouches_for()
    {
        var (key, cert) = MailServer.Certificate();
        await using var server = await MailServer.StartAsync(new { key, cert, password = "s3cret" });
        await using var outlet = Outlet(server, options => (options.SmtpTls, options.SmtpUsername, options.SmtpPassword) = (true, "billing", "s3cret"));
        Assert.Equal(ProviderAnswer.Unavailable, (await outlet.SendAsync(Mail("jane@example.com"))).Answer);
        Assert.Empty(server.Logins);
    }

    [Theory]
    [InlineData(false, "8BITMIME"), InlineData(true, null)]
    public async Task Should_arrive_as_it_was_written(bool plain, string? body)
    {
        await using var server = await MailServer.StartAsync(new { plain });
        await using var outlet = Outlet(server);
        const string Text = "Grüße\n.\n.. a line of dots\nend";
        Assert.Equal(ProviderReply.Accepted, await outlet.SendAsync(Mail("jane@example.com", new MessageContent("Hello", Text))));
        var taken = (await Eventually.HoldsAsync(() => Task.FromResult(server.Taken), mails => mails.Count == 1, "the mail was taken"))[0];
        Assert.Equal(body, taken.Body);
        var parts = taken.Text!.Split("\r\n\r\n", 2);
        Assert.Equal(Text.ReplaceLineEndings("\r\n"), (plain ? Encoding.UTF8.GetString(Convert.FromBase64String(parts[1])) : parts[1]).TrimEnd());
    }

    static SmtpOutlet Outlet(MailServer server, Action<MailOptions>? set = null) => Outlet(options =>
    {
        (options.SmtpHost, options.SmtpPort, options.SmtpTls) = ("127.0.0.1", server.Port, false);
        set?.Invoke(options);
    });

    static SmtpOutlet Outlet(Action<MailOptions> set)
    {
        var options = new MailOptions { From = "billing@example.com" };
        set(options);
        return new SmtpOutlet(Options.Create(options));
    }

    static async Task<string> WrittenAsync(string certificate)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate);
        return file;
    }

    static ReadyMessage Mail(string to, MessageContent? content = null) => new(
        new OutgoingMessage
        {
            NotificationId = Guid.NewGuid(),
            Channel = Channel.Email,
            WorkspaceId = "acme",
            Recipient = to,
            State = MessageState.Sending,
            QueuedAt = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero)
        }, content ?? new MessageContent("Hello", "Hello"));
}
