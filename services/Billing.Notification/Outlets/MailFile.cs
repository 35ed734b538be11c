using System.Globalization;
using System.Text;
using Billing.Notification.Delivering;

namespace Billing.Notification.Outlets;

/// <summary>An e-mail as the file that mail programs open, and as it goes over the wire. The same message always makes the same bytes.</summary>
static class MailFile
{
    /// <summary>Bytes of a line that mail servers must take.</summary>
    const int LongestLine = 998;

    /// <summary>Bytes that fit into one encoded word of a header (75 characters with its frame).</summary>
    const int EncodedWord = 45;

    /// <param name="ready">The message and its letter.</param>
    /// <param name="from">Our own address.</param>
    /// <param name="eightBits">False for a server that takes ASCII only.</param>
    public static byte[] Write(ReadyMessage ready, string from, bool eightBits = true)
    {
        var (message, letter) = ready;
        var mail = new StringBuilder(1024 + letter.Text.Length + (letter.Html?.Length ?? 0))
            .Append("From: ").Append(from).Append("\r\n")
            .Append("To: ").Append(message.Recipient).Append("\r\n")
            .Append("Subject: ").Append(Header(letter.Subject)).Append("\r\n")
            .Append("Date: ").Append(message.QueuedAt.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)).Append(" +0000\r\n")
            .Append("Message-ID: ").Append(IdOf(message.NotificationId, from)).Append("\r\n")
            .Append("MIME-Version: 1.0\r\n");
        if (letter.Html is { } html)
        {
            // The last part is the one that a mail program shows if it can. The id stands in no letter's text by chance.
            var boundary = $"part-{message.NotificationId:N}";
            mail.Append("Content-Type: multipart/alternative; boundary=\"").Append(boundary).Append("\"\r\n\r\n--").Append(boundary).Append("\r\n");
            Part(mail, "text/plain", letter.Text, eightBits).Append("\r\n--").Append(boundary).Append("\r\n");
            Part(mail, "text/html", html, eightBits).Append("\r\n--").Append(boundary).Append("--\r\n");
        }
        else
            Part(mail, "text/plain", letter.Text, eightBits);
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    /// <summary>By it a recipient's server may recognise a mail that comes twice.</summary>
    public static string IdOf(Guid notificationId, string from) => $"<{notificationId}@{from[(from.LastIndexOf('@') + 1)..]}>";

    static StringBuilder Part(StringBuilder mail, string type, string text, bool eightBits)
    {
        var body = text.ReplaceLineEndings("\r\n");
        var isPlain = HasShortLines(body) && (eightBits || Ascii.IsValid(body));
        return mail.Append("Content-Type: ").Append(type).Append("; charset=utf-8\r\nContent-Transfer-Encoding: ").Append(!isPlain ? "base64" : eightBits ? "8bit" : "7bit").Append("\r\n\r\n")
            .Append(isPlain ? body : Convert.ToBase64String(Encoding.UTF8.GetBytes(body), Base64FormattingOptions.InsertLineBreaks));
    }

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
