using Billing.Contracts;
using Billing.Hosting.Validation;
using Billing.Notification.Messages;
using FluentValidation;

namespace Billing.Notification;

/// <summary>Rules that commands share.</summary>
static class Validation
{
    public static IRuleBuilderOptions<T, string> IsChannel<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(x => Enum.GetNames<Channel>().Contains(x, StringComparer.OrdinalIgnoreCase)).Expected("Email or Sms");

    public static IRuleBuilderOptions<T, string> IsWorkspace<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(ExternalId.IsValid).Expected(ExternalId.Expected);

    public static IRuleBuilderOptions<T, string?> IsText<T>(this IRuleBuilder<T, string?> rule, int longest) =>
        rule.Must(x => x is null || (x.Length <= longest && !x.Contains('\0', StringComparison.Ordinal))).Expected($"at most {longest} characters");
}
