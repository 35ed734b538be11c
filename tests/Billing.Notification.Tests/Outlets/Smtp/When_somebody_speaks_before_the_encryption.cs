using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Billing.Notification.Delivering;
using Billing.Notification.Messages;
using Billing.Notification.Outlets.Smtp;
using Billing.Notification.Settings;
using Billing.Notification.Tests.House;
using Billing.Notification.Writing;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Tests.Outlets.Smtp;

/// <summary>Somebody in between adds an answer in clear to that of STARTTLS, to be read as if it had come encrypted.</summary>
public sealed class When_somebody_speaks_before_the_encryption
{
    [Fact]
    public async Task Should_not_take_it_for_the_server()
    {
        var (key, cert) = MailServer.Certificate();
        var trusted = Path.GetTempFileName();
        await File.WriteAllTextAsync(trusted, cert);
        using var pem = X509Certificate2.CreateFromPem(cert, key);
        using var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, certificate);
        await using var outlet = new SmtpOutlet(Options.Create(new MailOptions
        {
            From = "billing@example.com",
            SmtpHost = "127.0.0.1",
            SmtpPort = ((IPEndPoint)listener.LocalEndpoint).Port,
            SmtpTrustedCertificate = trusted,
            SmtpUsername = "billing",
            SmtpPassword = "s3cret"
        }));
        Assert.Equal(new ProviderReply(ProviderAnswer.Unavailable, "The server offers neither AUTH PLAIN nor AUTH LOGIN."), await outlet.SendAsync(Mail()));
        Assert.StartsWith("EHLO ", await serving, StringComparison.Ordinal);
        File.Delete(trusted);
    }

    /// <returns>What came encrypted.</returns>
    static async Task<string> ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var wire = client.GetStream();
        await SayAsync(wire, "220 here\r\n");
        await HearAsync(wire);
        await SayAsync(wire, "250-here\r\n250 STARTTLS\r\n");
        await HearAsync(wire);
        await SayAsync(wire, "220 go on\r\n250-not the server\r\n250 AUTH PLAIN\r\n");
        await using var encrypted = new SslStream(wire);
        await encrypted.AuthenticateAsServerAsync(certificate);
        var heard = await HearAsync(encrypted);
        await SayAsync(encrypted, "250-here\r\n250 8BITMIME\r\n");
        return heard;
    }

    static Task SayAsync(Stream wire, string words) => wire.WriteAsync(Encoding.ASCII.GetBytes(words)).AsTask();

    static async Task<string> HearAsync(Stream wire)
    {
        var buffer = new byte[1024];
        return Encoding.ASCII.GetString(buffer, 0, await wire.ReadAsync(buffer));
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
