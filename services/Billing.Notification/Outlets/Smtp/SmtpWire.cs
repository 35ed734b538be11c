using System.Text;

namespace Billing.Notification.Outlets.Smtp;

/// <summary>Commands and answers, line by line.</summary>
sealed class SmtpWire(Stream stream) : IAsyncDisposable
{
    /// <summary>Bytes of an answer, all lines together; the standard's lines have 512. More is no mail server's answer.</summary>
    const int LongestReply = 16 * 1024;

    readonly byte[] _buffer = new byte[4096];
    int _at;
    int _end;

    public Stream Stream => stream;

    /// <summary>Something was sent that nobody asked for: after STARTTLS it would be read as if it had come encrypted.</summary>
    public bool HasUnread => _at < _end;

    public async Task<SmtpReply> AskAsync(string command, CancellationToken cancellationToken)
    {
        await SayAsync(command, cancellationToken);
        return await HearAsync(cancellationToken);
    }

    public Task SayAsync(string command, CancellationToken cancellationToken) => SayAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellationToken);

    public async Task SayAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(bytes, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>The code stands before a blank in the last line, and before a hyphen in those before it.</summary>
    public async Task<SmtpReply> HearAsync(CancellationToken cancellationToken)
    {
        var words = new List<string>();
        var length = 0;
        while (true)
        {
            var line = await LineAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), out var code) || code is < 200 or > 599 || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw new IOException("What answered is not a mail server.");
            if ((length += line.Length) > LongestReply)
                throw new IOException("The server's answer has no end.");
            if (line.Length > 4)
                words.Add(line[4..].Trim());
            if (line.Length == 3 || line[3] == ' ')
                return new SmtpReply(code, words);
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    async ValueTask<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>(128);
        while (true)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, await stream.ReadAsync(_buffer, cancellationToken));
                if (_end == 0)
                    throw new IOException("The server closed the connection.");
            }

            var next = _buffer[_at++];
            if (next == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r').Replace('\0', ' ');
            line.Add(next);
            if (line.Count > LongestReply)
                throw new IOException("The server's answer has no end.");
        }
    }
}
