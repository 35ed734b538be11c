using System.Globalization;
using System.Text;

namespace Billing.Notification.Sending;

/// <summary>An e-mail as the file that mail programs open. The same message always makes the same bytes.</summary>
static class MailFile
{
    /// <summary>Bytes of a line that mail servers must take.</summary>
    const int LongestLine = 998;

    /// <summary>Bytes that fit into one encoded word of a header (75 characters with its frame).</summary>
    const int EncodedWord = 45;

    public static byte[] Write(ReadyMessage ready, string from)
    {
        var (message, letter) = ready;
        var body = letter.Text.ReplaceLineEndings("\r\n");
        var isPlain = HasShortLines(body);
        var mail = new StringBuilder(512 + body.Length)
            .Append("From: ").Append(from).Append("\r\n")
            .Append("To: ").Append(message.Recipient).Append("\r\n")
            .Append("Subject: ").Append(Header(letter.Subject)).Append("\r\n")
            .Append("Date: ").Append(message.QueuedAt.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)).Append(" +0000\r\n")
            .Append("Message-ID: ").Append(IdOf(message.NotificationId, from)).Append("\r\n")
            .Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ").Append(isPlain ? "8bit" : "base64").Append("\r\n\r\n")
            .Append(isPlain ? body : Convert.ToBase64String(Encoding.UTF8.GetBytes(body), Base64FormattingOptions.InsertLineBreaks));
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    /// <summary>By it a recipient's server may recognise a mail that comes twice.</summary>
    public static string IdOf(Guid notificationId, string from) => $"<{notificationId}@{from[(from.LastIndexOf('@') + 1)..]}>";

    /// <summary>As it is when it is ASCII, else in encoded words (RFC 2047).</summary>
    static string Header(string value)
    {
        if (Ascii.IsValid(value))
            return value;
        var words = new List<string>();
        var word = new List<byte>(EncodedWord);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(bytes);
            if (word.Count + length > EncodedWord)
                End();
            word.AddRange(bytes[..length]);
        }

        End();
        return string.Join("\r\n ", words);

        void End()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. word])}?=");
            word.Clear();
        }
    }

    static bool HasShortLines(string body)
    {
        foreach (var line in body.AsSpan().EnumerateLines())
            if (line.Length > LongestLine / 3 && Encoding.UTF8.GetByteCount(line) > LongestLine)
                return false;
        return true;
    }
}
