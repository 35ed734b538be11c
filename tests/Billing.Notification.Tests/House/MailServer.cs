using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Billing.Testing;

namespace Billing.Notification.Tests.House;

/// <summary>A mail that the server took.</summary>
/// <param name="At">By the server's own clock, in milliseconds.</param>
sealed record TakenMail(string To, double At, int Connection, bool Secure, string? User, string? Body, string? Text);

sealed record SeenLogin(string How, bool Good, bool Secure);

/// <summary>The receiving side of SMTP as others wrote it (npm's <c>smtp-server</c>), in a process of its own.</summary>
sealed class MailServer : IAsyncDisposable
{
    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    static readonly NodePackages Packages = new(Sources(), "for a mail server that is not ours");
    readonly Process _process;
    readonly Task _reading;
    readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ConcurrentQueue<TakenMail> _taken = [];
    readonly ConcurrentQueue<SeenLogin> _logins = [];
    int _connections;

    MailServer(Process process)
    {
        _process = process;
        _ = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    public int Port { get; private set; }
    public IReadOnlyList<TakenMail> Taken => [.. _taken];
    public IReadOnlyList<SeenLogin> Logins => [.. _logins];
    public int Connections => Volatile.Read(ref _connections);

    /// <param name="options">As <c>node/mail-server.js</c> reads them.</param>
    public static async Task<MailServer> StartAsync(object? options = null)
    {
        var server = new MailServer(await Packages.StartAsync("mail-server.js", JsonSerializer.Serialize(options ?? new { }, Web)));
        server.Port = await server._port.Task.WithinLimitAsync();
        return server;
    }

    /// <summary>Settings that make the service send here.</summary>
    public (string Key, string Value)[] Settings =>
        [("Mail:SmtpHost", "127.0.0.1"), ("Mail:SmtpPort", $"{Port}"), ("Mail:SmtpTls", "false"), ("Mail:From", "billing@example.com")];

    /// <summary>Closes every connection, as a server does that finds its clients idle.</summary>
    public Task DropAsync() => _process.StandardInput.WriteLineAsync("drop");

    /// <summary>A key and a certificate for 127.0.0.1 that nobody else trusts.</summary>
    public static (string Key, string Certificate) Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return (key.ExportPkcs8PrivateKeyPem(), certificate.ExportCertificatePem());
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var seen = JsonSerializer.Deserialize<JsonElement>(line);
            switch (seen.GetProperty("saw").GetString())
            {
                case "port":
                    _port.SetResult(seen.GetProperty("number").GetInt32());
                    break;
                case "connection":
                    Interlocked.Increment(ref _connections);
                    break;
                case "login":
                    _logins.Enqueue(seen.Deserialize<SeenLogin>(Web)!);
                    break;
                case "mail":
                    _taken.Enqueue(seen.Deserialize<TakenMail>(Web)!);
                    break;
            }
        }

        _port.TrySetException(new InvalidOperationException("The mail server ended before it said its port."));
    }

    static string Sources([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "node");
}
