namespace Billing.Notification.Outlets.Smtp;

/// <summary>How far a conversation with a mail server has come; what an answer means depends on it.</summary>
enum SmtpStage
{
    /// <summary>Connecting, greeting, STARTTLS and signing in: it concerns no message yet.</summary>
    Opening,

    /// <summary>MAIL: our own address.</summary>
    Sender,

    /// <summary>RCPT: the recipient.</summary>
    Recipient,

    /// <summary>DATA: the server is about to take the mail.</summary>
    Data,

    /// <summary>The mail is on its way to the server, which may have it from here on.</summary>
    Content
}

/// <summary>What a mail server answered: the code, and its words from all lines of the answer.</summary>
sealed record SmtpReply(int Code, params IReadOnlyList<string> Lines)
{
    public string Text => string.Join(' ', Lines);

    /// <summary>The server closes the connection, whatever was asked.</summary>
    public bool IsGoodbye => Code == 421;

    public override string ToString() => Text.Length == 0 ? $"{Code}" : $"{Code} {Text}";
}

/// <summary>What came of handing over one mail.</summary>
abstract record SmtpOutcome
{
    SmtpOutcome() { }

    public sealed record Taken : SmtpOutcome;

    /// <summary>The server said no. The connection can be used again, unless it said goodbye.</summary>
    public sealed record Rejected(SmtpStage At, SmtpReply Reply) : SmtpOutcome;

    /// <summary>The connection is gone, silent or not to be trusted.</summary>
    public sealed record Broken(SmtpStage At, string Trouble) : SmtpOutcome;
}
