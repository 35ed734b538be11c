using Billing.Cli.Closing;
using Billing.Views.MonthClose;

namespace Billing.Cli.Demo;

/// <summary>What the month came to, and whether everything adds up.</summary>
public sealed record DemoVerdict(string Line, IReadOnlyList<string> Problems)
{
    public bool IsGood => Problems.Count == 0;

    /// <param name="run">The run, after it ended.</param>
    /// <param name="books">Its reconciliation.</param>
    /// <param name="sent">How many accounts the demo sent.</param>
    public static DemoVerdict Of(RunView run, ReconciliationView books, int sent)
    {
        var problems = new List<string>();
        if (books.Differences.Length > 0)
            problems.AddRange(books.Differences.Take(20).Select(x => $"difference: {x.Kind} {x.AccountId} {x.Detail}"));
        if (books.Unknown > 0)
            problems.Add($"{books.Unknown} charges are still unknown");
        if (books.Closed + books.Parked != books.Accounts)
            problems.Add($"{books.Closed} closed and {books.Parked} parked are not the {books.Accounts} accounts of the month");
        if (run.Ended != run.Accounts || run.Steps.Values.Sum() != run.Accounts)
            problems.Add($"the run holds {run.Accounts} accounts, of which {run.Ended} have ended");
        if (run.Accounts != books.Accounts)
            problems.Add($"the run holds {run.Accounts} accounts, the books {books.Accounts}");
        if (run.Accounts < sent)
            problems.Add($"{sent} accounts were sent, and the run holds only {run.Accounts}");
        foreach (var total in run.Totals)
            if (books.Invoiced.FirstOrDefault(x => x.Currency == total.Currency)?.Amount is var invoiced && (invoiced ?? 0) != total.Invoiced)
                problems.Add($"the run invoiced {Money.Text(total.Invoiced, total.Currency)}, the books say {Money.Text(invoiced ?? 0, total.Currency)}");

        return new DemoVerdict(
            $"month {books.Period}: {books.Accounts} accounts, {books.Closed} closed, {books.Parked} parked, {books.Held} held, " +
            $"invoiced {Text(books.Invoiced)}{Tax(run)} collected {Text(books.Collected)} " +
            $"(reconciled with the gateway's own record: {books.Differences.Length} differences)",
            problems);
    }

    /// <summary>Nothing where invoices are without tax.</summary>
    static string Tax(RunView run) => run.Totals.Any(total => total.Tax != 0)
        ? $", of which tax {Money.Text(run.Totals.Where(total => total.Tax != 0).Select(total => (total.Currency, total.Tax)))}," : "";

    static string Text(CurrencyAmount[] amounts) => Money.Text(amounts.Select(x => (x.Currency, x.Amount)));
}
