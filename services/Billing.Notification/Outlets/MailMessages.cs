using System.Text;
using Billing.Notification.Delivering;
using MimeKit;

namespace Billing.Notification.Outlets;

/// <summary>An e-mail as mail programs open it and as it goes over the wire. The same message always makes the same bytes.</summary>
static class MailMessages
{
    /// <summary>Bytes that fit into one encoded word of a header: 75 characters with its frame.</summary>
    const int EncodedWord = 45;

    /// <summary>Bytes of a line that mail servers must take.</summary>
    const int LongestLine = 998;

    static readonly FormatOptions Lines = new() { NewLineFormat = NewLineFormat.Dos };

    /// <param name="ready">The message and what it says.</param>
    /// <param name="from">Our own address.</param>
    /// <param name="eightBits">False for a server that takes ASCII only.</param>
    public static MimeMessage Compose(ReadyMessage ready, string from, bool eightBits = true)
    {
        var (message, content) = ready;
        var mail = new MimeMessage();
        mail.Headers.Clear();       // the library's own would hold the time of now and an id of chance
        mail.Headers.Add("From", from);
        mail.Headers.Add("To", message.Recipient);
        mail.Headers.Add(Subject(content.Subject));
        mail.Date = message.QueuedAt.ToUniversalTime();
        mail.Headers.Add("Message-ID", IdOf(message.NotificationId, from));
        mail.Headers.Add("MIME-Version", "1.0");
        var text = Part("plain", content.Text, eightBits);
        mail.Body = content.Html is not { } html
            ? text
            // The last part is the one that a mail program shows if it can. The id stands in no text by chance.
            : new MultipartAlternative(text, Part("html", html, eightBits)) { Boundary = $"part-{message.NotificationId:N}" };
        return mail;
    }

    /// <summary>The bytes of an <c>.eml</c> file.</summary>
    public static byte[] Write(ReadyMessage ready, string from)
    {
        using var mail = Compose(ready, from);
        using var bytes = new MemoryStream();
        mail.WriteTo(Lines, bytes);
        return bytes.ToArray();
    }

    /// <summary>By it a recipient's server may recognise a mail that comes twice.</summary>
    static string IdOf(Guid notificationId, string from) => $"<{notificationId}@{from[(from.LastIndexOf('@') + 1)..]}>";

    /// <summary>
    /// As it is when it is ASCII, else in encoded words (RFC 2047). The library's own words can be a character longer than the standard allows.
    /// </summary>
    static Header Subject(string text)
    {
        var header = new Header("Subject", text);
        if (!Ascii.IsValid(text))
            header.SetRawValue(Encoding.ASCII.GetBytes($" {string.Join("\r\n ", EncodedWords(text))}\r\n"));
        return header;
    }

    static IEnumerable<string> EncodedWords(string text)
    {
        var word = new List<byte>(EncodedWord);
        foreach (var rune in text.EnumerateRunes())
        {
            var character = Encoding.UTF8.GetBytes(rune.ToString());
            if (word.Count + character.Length > EncodedWord)
            {
                yield return Encoded(word);
                word.Clear();
            }

            word.AddRange(character);
        }

        yield return Encoded(word);

        static string Encoded(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";
    }

    static TextPart Part(string subtype, string text, bool eightBits)
    {
        var body = text.ReplaceLineEndings("\r\n");
        var part = new TextPart(subtype);
        part.SetText(Encoding.UTF8, body);
        part.ContentTransferEncoding = !HasShortLines(body) || (!eightBits && !Ascii.IsValid(body)) ? ContentEncoding.Base64
            : eightBits ? ContentEncoding.EightBit
            : ContentEncoding.SevenBit;
        return part;
    }

    static bool HasShortLines(string body)
    {
        foreach (var line in body.AsSpan().EnumerateLines())
            if (line.Length > LongestLine / 3 && Encoding.UTF8.GetByteCount(line) > LongestLine)
                return false;
        return true;
    }
}
