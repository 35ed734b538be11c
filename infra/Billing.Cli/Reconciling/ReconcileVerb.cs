using System.CommandLine;
using Billing.Cli.Bus;
using Billing.Cli.Closing;
using Billing.Cli.Settings;
using Billing.Contracts.MonthClose.V1;

namespace Billing.Cli.Reconciling;

/// <summary><c>reconcile [PERIOD]</c>: holds the books against each other now, and shows what was found and done.</summary>
static class ReconcileVerb
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var period = new Argument<string?>("PERIOD")
        {
            Description = "A closed month, such as 2026-10; the closes of the last two months when left out.",
            Arity = ArgumentArity.ZeroOrOne
        };
        period.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && CliPeriod.Read(text) is null)
                result.AddError($"PERIOD: '{text}' is not a month; expected one such as 2026-10.");
        });
        const string Description =
            "Holds invoices, charges, ledger, the gateway's record and the letters against each other; exit code 1 when something is not put right.";
        var verb = new Command("reconcile", Description) { period };
        verb.SetAction((parsed, cancellation) => PassAsync(parsed.GetValue(period), cancellation));
        return verb;
    }

    /// <summary>A pass, and what it found; 1 when something waits for a person.</summary>
    public static async Task<int> PassAsync(string? period, CancellationToken cancellation)
    {
        var passId = Guid.CreateVersion7();
        await using (var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation, BillingEnvironment.Current.Sealer))
            await bus.PublishAsync(new StartReconciliation { Period = period, RequestedBy = Environment.UserName }, cancellation, passId);
        using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
        return Show(await EndOfAsync(passId, months, TimeProvider.System, cancellation), passId);
    }

    static async Task<ReconciliationState> EndOfAsync(Guid passId, MonthCloseClient months, TimeProvider clock, CancellationToken cancellation)
    {
        for (var until = clock.GetUtcNow() + Patience; ;)
        {
            var state = await months.ReconciledAsync(cancellation);
            if (state.Passes.Any(pass => pass.PassId == passId))
                return state;
            if (clock.GetUtcNow() > until)
                throw new CliException($"The pass {passId} did not end within {Patience.TotalMinutes:0} minutes; look at api/reconciliation later.");
            await Task.Delay(LookEvery, clock, cancellation);
        }
    }

    static int Show(ReconciliationState state, Guid passId)
    {
        var pass = state.Passes.Single(pass => pass.PassId == passId);
        var periods = pass.Periods.Length == 0 ? "no close to look at" : pass.Periods;
        var ended = $"{pass.Repaired} repaired, {pass.Parked} parked, {pass.Reported} reported, {pass.Gone} gone by themselves";
        Screen.Line($"[bold]{periods}[/]: {pass.Accounts} accounts, {pass.Found} found, {ended}");
        foreach (var drift in state.Drifts)
            Screen.Unbroken(DriftVerb.LineOf(drift));
        if (pass.Incomplete.Length > 0)
            Screen.Line($"  not compared: {pass.Incomplete}");
        Screen.Line($"{(state.Unreconciled == 0 ? "The books agree" : "Not reconciled")}: {state.Unreconciled}");
        return state.Unreconciled == 0 && pass.Incomplete.Length == 0 ? 0 : 1;
    }
}
