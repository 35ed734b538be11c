using System.Text.RegularExpressions;
using Billing.Contracts;
using Billing.Hosting.Validation;
using FluentValidation;

namespace Billing.SeatRefresh;

/// <summary>The fields that commands share. Each message is what was expected; field and value are added by the host.</summary>
static partial class Validation
{
    public static IRuleBuilderOptions<T, string> IsId<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(ExternalId.IsValid).Expected(ExternalId.Expected);

    /// <summary>What we or the settings name, such as a plan.</summary>
    public static IRuleBuilderOptions<T, string> IsCode<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(code => code is not null && Code().IsMatch(code)).Expected("1 to 64 letters, digits, dots, dashes, underscores, slashes or colons");

    /// <summary>A database cannot hold every control character, and one such text would hold up everything that comes in the same message.</summary>
    public static IRuleBuilderOptions<T, string?> IsLine<T>(this IRuleBuilder<T, string?> rule, int longest) =>
        rule.Must(text => text is null || (text.Length <= longest && !text.Any(char.IsControl)))
            .Expected($"at most {longest} characters, none of them a control character");

    /// <summary>
    /// An instant in the future would make everything that is reported until then look outdated: one typing error would lock the row for years.
    /// </summary>
    public static IRuleBuilderOptions<T, DateTimeOffset?> HasCome<T>(this IRuleBuilder<T, DateTimeOffset?> rule, TimeProvider clock) =>
        rule.Must(at => at is null || at <= clock.GetUtcNow() + Ahead).Expected("an instant that has come");

    /// <summary>Clocks differ; a day is more than any two do.</summary>
    static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

    [GeneratedRegex(@"^[A-Za-z0-9._:/\-]{1,64}\z")]
    private static partial Regex Code();
}
