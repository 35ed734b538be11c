using System.CommandLine;
using Billing.Cli.Bus;
using Billing.Cli.Closing;
using Billing.Cli.Settings;
using Billing.Contracts.MonthClose.V1;

namespace Billing.Cli.Reconciling;

/// <summary><c>drift list</c> and <c>drift accept ID --reason R</c>: what is not reconciled, and a person's word that it is in order.</summary>
static class DriftVerb
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(300);

    public static Command Create() => new("drift", "Shows what is not reconciled, and accepts what is in order.") { List(), Accept() };

    public static string LineOf(DriftView drift) => $"  {drift.DriftId} {drift.Class} of {drift.AccountId}: {drift.Detail}; {drift.State}: {drift.Act}";

    static Command List()
    {
        var list = new Command("list", "Every drift that is not put right, the newest first.");
        list.SetAction(async (_, cancellation) =>
        {
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            var state = await months.ReconciledAsync(cancellation);
            foreach (var drift in state.Drifts)
                Screen.Unbroken(LineOf(drift));
            Screen.Line($"not reconciled: {state.Unreconciled}");
            return 0;
        });
        return list;
    }

    static Command Accept()
    {
        var id = new Argument<Guid>("ID") { Description = "The drift's id, as 'drift list' shows it." };
        var reason = new Option<string>("--reason") { Description = "Why it is in order; kept in the audit trail.", Required = true };
        var by = new Option<string>("--by") { Description = "Who accepts it.", DefaultValueFactory = _ => Environment.UserName };
        const string Description = "Accepts a drift: its account is charged again, and it is found anew only when its figures change.";
        var accept = new Command("accept", Description) { id, reason, by };
        accept.SetAction(async (parsed, cancellation) =>
        {
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            var driftId = parsed.GetValue(id);
            if ((await months.ReconciledAsync(cancellation)).Drifts.All(drift => drift.DriftId != driftId))
                throw new CliException($"ID is {driftId}; expected the id of a drift that is not put right. 'drift list' shows them.");
            await using (var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation, BillingEnvironment.Current.Sealer))
                await bus.PublishAsync(
                    new AcceptDrift { DriftId = driftId, Reason = parsed.GetValue(reason)!, RequestedBy = parsed.GetValue(by)! }, cancellation);
            var until = TimeProvider.System.GetUtcNow() + Patience;
            while ((await months.ReconciledAsync(cancellation)).Drifts.Any(drift => drift.DriftId == driftId))
            {
                if (TimeProvider.System.GetUtcNow() > until)
                    throw new CliException($"The drift {driftId} is not accepted yet; look into the error queue month-close-accept-drift_error.");
                await Task.Delay(LookEvery, TimeProvider.System, cancellation);
            }

            Screen.Line($"{driftId} is accepted");
            return 0;
        });
        return accept;
    }
}
