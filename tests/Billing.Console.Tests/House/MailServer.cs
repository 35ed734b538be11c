using System.Net;
using System.Net.Sockets;

namespace Billing.Console.Tests.House;

/// <summary>As much of SMTP as a sender needs; until it is opened, it knows no mailbox of <c>gone</c>.</summary>
sealed class MailServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public MailServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public bool IsOpen { get; set; }

    async Task AcceptAsync()
    {
        while (true)
            try
            {
                _ = SpeakAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    async Task SpeakAsync(TcpClient client)
    {
        using var connection = client;
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        try
        {
            await writer.WriteLineAsync("220 here");
            for (var inData = false; await reader.ReadLineAsync() is { } line;)
                if (inData && line != ".")
                    continue;
                else
                {
                    await writer.WriteLineAsync(AnswerTo(line));
                    inData = line == "DATA";
                }
        }
        catch (IOException)
        {
            // whoever spoke is gone
        }
    }

    string AnswerTo(string line) =>
        line.StartsWith("RCPT", StringComparison.Ordinal) && line.Contains("gone", StringComparison.Ordinal) && !IsOpen ? "550 5.1.1 no such mailbox"
        : line == "DATA" ? "354 go on"
        : line == "QUIT" ? "221 bye"
        : "250 ok";

    public void Dispose() => _listener.Dispose();
}
