using System.Globalization;
using System.Text.RegularExpressions;

namespace Billing.Hosting.Texts;

/// <summary>
/// The one rule for whom mail can be written to, for who registers an address and for who sends to it: what is taken can be written to. The part before the
/// @ is plain ASCII without quotes, since few servers take another; a domain in other letters travels as punycode.
/// </summary>
public static partial class MailAddress
{
    /// <summary>What the mail standard allows an address, as it travels.</summary>
    public const int Longest = 254;

    /// <summary>The end of a sentence that refuses one.</summary>
    public const string Expected = "an e-mail address such as billing@example.com";

    static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <returns>
    /// The address as it travels: <c>rechnung@müller.example</c> as <c>rechnung@xn--mller-kva.example</c>. Null when nobody can be written to there.
    /// </returns>
    public static string? ToAscii(string? address)
    {
        if (address is null || address.Length > Longest || address.LastIndexOf('@') is not (> 0 and var at) || at == address.Length - 1)
            return null;
        try
        {
            var domain = address[(at + 1)..];
            var ascii = $"{address[..at]}@{(domain.All(char.IsAscii) ? domain : Idn.GetAscii(domain))}";
            return ascii.Length <= Longest && Plain().IsMatch(ascii) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null; // no domain in any script
        }
    }

    // As browsers check it: no spaces, no brackets, no second @, hence nothing that could begin a header
    [GeneratedRegex(
        @"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
        + @"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\z")]
    private static partial Regex Plain();
}
