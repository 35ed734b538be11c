namespace Billing.Contracts.Notification.V1;

/// <summary>Command. Shows a letter as a customer would read it; it sends nothing and keeps nothing.</summary>
/// <remarks>Answered to the sender by <see cref="LetterPreviewed"/>.</remarks>
public sealed record PreviewLetter
{
    /// <summary>Name of the template, such as <c>invoice</c>.</summary>
    public required string Template { get; init; }

    /// <summary>Values of the template's fields; a field that is left out shows an example.</summary>
    public Dictionary<string, string>? Values { get; init; }
}

/// <summary>Event. The answer to <see cref="PreviewLetter"/>.</summary>
public sealed record LetterPreviewed
{
    public required string Template { get; init; }
    public required string Subject { get; init; }
    public required string Text { get; init; }
    public required string Html { get; init; }
}
