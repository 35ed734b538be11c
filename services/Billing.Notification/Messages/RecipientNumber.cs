using PhoneNumbers;

namespace Billing.Notification.Messages;

/// <summary>Phone numbers in the international format (E.164), such as <c>+4930123456</c>.</summary>
static class RecipientNumber
{
    static readonly PhoneNumberUtil Numbers = PhoneNumberUtil.GetInstance();

    /// <summary>
    /// True when the number is written in full and can exist by its country's plan. Whether it does exist is for the provider to say: plans change faster than
    /// programs.
    /// </summary>
    public static bool IsInternational(string? text) =>
        Read(text) is { } number && Numbers.IsPossibleNumberWithReason(number) == PhoneNumberUtil.ValidationResult.IS_POSSIBLE
        && Numbers.Format(number, PhoneNumberFormat.E164) == text;

    /// <summary>The country's two letters (ISO 3166); <c>ZZ</c> when it is not known.</summary>
    public static string CountryOf(string text) =>
        Read(text) is { } number ? Numbers.GetRegionCodeForNumber(number) ?? Numbers.GetRegionCodeForCountryCode(number.CountryCode) : "ZZ";

    static PhoneNumber? Read(string? text)
    {
        try
        {
            return text is ['+', ..] ? Numbers.Parse(text, null) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }
}
