using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Billing.Benchmarks;

/// <summary>Feeds a mail server as fast as it takes, over some connections and with nothing behind it: the floor that a sender is measured beside.</summary>
static class MailFeeder
{
    public static Task FeedAsync(int port, int connections, IReadOnlyList<string> recipients) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(async at =>
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        await HearAsync(reader, 220);
        await SayAsync(writer, reader, "EHLO floor", 250);
        for (var i = at; i < recipients.Count; i += connections)
        {
            await writer.WriteAsync($"MAIL FROM:<billing@example.com>\r\nRCPT TO:<{recipients[i]}>\r\nDATA\r\n");
            await HearAsync(reader, 250);
            await HearAsync(reader, 250);
            await HearAsync(reader, 354);
            await SayAsync(writer, reader, $"From: billing@example.com\r\nTo: {recipients[i]}\r\nSubject: Hello\r\n\r\nA text.\r\n.", 250);
        }
    }));

    static async Task SayAsync(StreamWriter writer, StreamReader reader, string words, int expected)
    {
        await writer.WriteAsync($"{words}\r\n");
        await HearAsync(reader, expected);
    }

    static async Task HearAsync(StreamReader reader, int expected)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync() ?? throw new IOException("The server closed the connection.");
            if (!line.StartsWith(expected.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
                throw new InvalidDataException(line);
            if (line.Length < 4 || line[3] != '-')
                return;
        }
    }
}
