using Billing.Contracts;
using Billing.Hosting;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Calendar;
using FluentValidation;

namespace Billing.MonthClose;

/// <summary>The fields that commands share. Each message is what was expected; field and value are added by the host.</summary>
static class Validation
{
    public static IRuleBuilderOptions<T, string> IsAccountId<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(ExternalId.IsValid).Expected(ExternalId.Expected);

    public static IRuleBuilderOptions<T, string> IsId<T>(this IRuleBuilder<T, string> rule, int longest) =>
        rule.Must(id => !string.IsNullOrWhiteSpace(id) && id.Length <= longest && id.IsStorable()).Expected($"1 to {longest} characters");

    public static IRuleBuilderOptions<T, string?> IsText<T>(this IRuleBuilder<T, string?> rule, int longest) =>
        rule.Must(text => text is null || (text.Length <= longest && text.IsStorable())).Expected($"at most {longest} characters");

    /// <summary>A text that says something, or none at all.</summary>
    public static IRuleBuilderOptions<T, string?> IsNameOrNull<T>(this IRuleBuilder<T, string?> rule, int longest) =>
        rule.Must(text => text is null || (!string.IsNullOrWhiteSpace(text) && text.Length <= longest && text.IsStorable()))
            .Expected($"1 to {longest} characters, or null");

    /// <summary>No database text can hold the character NUL; one of them would fail everything that is written beside it.</summary>
    public static bool IsStorable(this string text) => !text.Contains('\0', StringComparison.Ordinal);

    public static IRuleBuilderOptions<T, string> IsCurrency<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(Currencies.IsKnown).Expected("an ISO 4217 code of three capital letters, such as USD");

    /// <summary>Two capital letters. Which of them are a country today is for the rates to say.</summary>
    public static bool IsCountry(this string country) => country is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'];

    public static IRuleBuilderOptions<T, string> IsPeriod<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(period => BillingPeriod.TryParse(period, out _)).Expected("a month such as 2026-10");

    /// <summary>Above zero, below a million millions, with no more decimals than the currency has.</summary>
    public static IRuleBuilderOptions<T, decimal> IsMoney<T>(this IRuleBuilder<T, decimal> rule, Func<T, string> currency) =>
        rule.Must((command, amount) => amount is > 0 and < 1_000_000_000_000m
                && (!Currencies.IsKnown(currency(command)) || Currencies.IsWhole(amount, currency(command))))
            .Expected("an amount above zero with no more decimals than its currency has");

    /// <summary>A cost or a price to the last of 18 decimals, and small enough that sums of many keep theirs.</summary>
    public static bool FitsFullPrecision(this decimal value) => Math.Abs(value) < 1_000_000_000m && decimal.Round(value, 18) == value;

    /// <summary>A quantity of at most 15 digits before the point and 12 behind it.</summary>
    public static bool FitsQuantity(this decimal value) => Math.Abs(value) < 1_000_000_000_000_000m && decimal.Round(value, 12) == value;
}
