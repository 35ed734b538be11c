using System.CommandLine;
using Billing.Cli.Closing;
using Billing.Cli.Settings;

namespace Billing.Cli.Explaining;

/// <summary><c>explain INVOICE_OR_CHARGE</c>: one page that a person of finance can follow.</summary>
static class ExplainVerb
{
    public static Command Create()
    {
        var id = new Argument<string>("INVOICE_OR_CHARGE") { Description = "An invoice's number or id, or a charge's id." };
        var explain = new Command("explain", "Explains an invoice: its lines, charges, ledger, letters and holds, in the order of time.") { id };
        explain.SetAction(async (parsed, cancellation) =>
        {
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            Console.Out.Write(await months.ExplanationAsync(parsed.GetValue(id)!, cancellation)
                ?? throw new CliException($"There is neither an invoice nor a charge '{parsed.GetValue(id)}'."));
            return 0;
        });
        return explain;
    }
}
