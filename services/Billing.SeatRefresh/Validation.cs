using System.Text.RegularExpressions;
using Billing.Hosting;
using Billing.Hosting.Validation;
using FluentValidation;

namespace Billing.SeatRefresh;

/// <summary>The fields that commands share. Each message is what was expected; field and value are added by the host.</summary>
static partial class Validation
{
    public static IRuleBuilderOptions<T, string> IsId<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(id => id is not null && Id().IsMatch(id)).Expected("1 to 64 letters, digits, dots, dashes, underscores, slashes or colons");

    [GeneratedRegex(@"^[A-Za-z0-9._:/\-]{1,64}\z")]
    private static partial Regex Id();
}

static class CommandRejected
{
    /// <summary>For what only the tables can tell: a subscription that nobody registered, a namespace that is taken.</summary>
    public static CommandRejectedException Because(string command, string field, string value, string expected) =>
        new(command, [$"{field} is \"{value}\"; expected {expected}."]);
}
