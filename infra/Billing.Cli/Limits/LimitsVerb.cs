using System.CommandLine;
using System.Globalization;
using Billing.Cli.Bus;
using Billing.Cli.Closing;
using Billing.Cli.Publishing;
using Billing.Cli.Settings;
using Billing.Contracts.MonthClose.V2;
using Billing.Views.MonthClose;

namespace Billing.Cli.Limits;

/// <summary>
/// <c>limits</c> shows how fast the gateway may be called, and how many calls may be under way; <c>limits set</c> changes it for all processes.
/// </summary>
public static class LimitsVerb
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var verb = new Command("limits", "Shows how fast the gateway may be called, and how many calls may be under way.") { Set() };
        verb.SetAction(async (_, cancellation) =>
        {
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            foreach (var limit in await months.LimitsAsync(cancellation))
                Screen.Unbroken(LineOf(limit));
            return 0;
        });
        return verb;
    }

    static Command Set()
    {
        var perSecond = new Option<int?>("--per-second") { Description = "Calls in any one second, over all processes; 0 pauses." };
        var inFlight = new Option<int?>("--in-flight") { Description = "Calls under way at once, over all processes." };
        var verb = new Command("set", "Changes what is named, for all processes, within about a second. What is not named stays.") { perSecond, inFlight };
        verb.SetAction(async (parsed, cancellation) =>
        {
            await using var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation);
            var answer = await bus.AskAsync(new SetProviderLimit
            {
                Name = "gateway",
                PermitsPerSecond = parsed.GetValue(perSecond),
                InFlight = parsed.GetValue(inFlight),
                RequestedBy = Environment.UserName
            }, Patience, cancellation);
            foreach (var line in OutcomeText.Of(answer, Patience))
                Screen.Line($"{line}");
            return answer?.Outcome is "accepted" or "unchanged" ? 0 : 1;
        });
        return verb;
    }

    public static string LineOf(ProviderLimitView limit)
    {
        var rate = limit.PermitsPerSecond switch { null => "no limit a second", 0 => "paused", { } permits => Text($"{permits} calls a second") };
        var inFlight = limit.InFlight is { } calls ? Text($"{calls} under way at once") : Text($"{limit.OfAChunk} of each chunk under way at once");
        return $"{limit.Name}: {rate}{By(limit.SetBy)}, {inFlight}{By(limit.InFlightSetBy)}";
    }

    static string By(string? who) => who is null ? "" : $" (set by {who})";

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
