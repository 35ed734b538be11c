using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Books.Papers;

/// <summary>Where customers find their invoices.</summary>
public sealed class InvoicesOptions
{
    public const string Section = "Invoices";

    /// <summary>Address of this service as customers reach it. Without it, letters carry no links.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Key that makes the addresses of papers unguessable: 32 bytes in base64. Without it, no paper has an address for customers.</summary>
    public string? LinkKey { get; set; }

    /// <summary>Keys that were used before: addresses that were made with them still work.</summary>
    public List<string> OldLinkKeys { get; set; } = [];
}

sealed class InvoicesOptionsRules : IValidateOptions<InvoicesOptions>
{
    const int KeySize = 32;
    const string Example = "32 random bytes in base64, such as openssl rand -base64 32 gives";

    // A key is a secret, and is not shown.
    public ValidateOptionsResult Validate(string? name, InvoicesOptions options)
    {
        var section = InvoicesOptions.Section;
        if (options.PublicUrl is { } url && !(url.IsAbsoluteUri && url.Scheme is "http" or "https"))
            return ValidateOptionsResult.Fail($"{section}:{nameof(options.PublicUrl)} is \"{url}\"; expected an address such as https://pay.example.com.");
        if (options.LinkKey is { } key && !IsKey(key))
            return ValidateOptionsResult.Fail($"{section}:{nameof(options.LinkKey)} is not a key; expected {Example}.");
        if (options.OldLinkKeys.FindIndex(old => !IsKey(old)) is >= 0 and var index)
            return ValidateOptionsResult.Fail($"{section}:{nameof(options.OldLinkKeys)}:{index} is not a key; expected {Example}.");
        if (options.LinkKey is null && (options.PublicUrl is not null || options.OldLinkKeys.Count > 0))
            return ValidateOptionsResult.Fail($"{section}:{nameof(options.LinkKey)} is not set; expected {Example}.");
        return ValidateOptionsResult.Success;
    }

    static bool IsKey(string text)
    {
        Span<byte> bytes = stackalloc byte[KeySize];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == KeySize;
    }
}
