using System.Globalization;
using Billing.Views.MonthClose;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Billing.Cli.Closing;

/// <summary>A preview as tables.</summary>
static class PreviewScreen
{
    public static IRenderable Render(PreviewView preview)
    {
        var money = RunScreen.Plain("Currency", "Invoices", "Invoiced", "Tax", "Month before", "Difference", "Credit used", "Due");
        foreach (var row in preview.Money)
            money.AddRow(row.Currency, Number(row.Invoices), Money.Amount(row.Invoiced, row.Currency), Money.Amount(row.Tax, row.Currency),
                Money.Amount(row.InvoicedBefore, row.Currency),
                Money.Amount(row.Invoiced - row.InvoicedBefore, row.Currency), Money.Amount(row.CreditUsed, row.Currency),
                Money.Amount(row.AmountDue, row.Currency));
        return new Rows(
            new Markup(Markup.Escape($"Preview of {preview.Period}: {preview.Accounts} accounts, {preview.Billed} billed, {preview.Parked} would be parked")),
            new Markup(Markup.Escape($"against the month before: {preview.New} new, {preview.Gone} gone, {preview.Changed} changed, "
                + $"{preview.Outliers} far from their own months")),
            money);
    }

    public static Table List(IEnumerable<PreviewedAccountView> accounts)
    {
        var table = RunScreen.Plain("Account", "Month before", "Now").AddColumn("Outcome").AddColumn("Difference").AddColumn("Why");
        foreach (var account in accounts)
            table.AddRow(Markup.Escape(account.AccountId), account.Before is { } before ? Money.Text(before, account.Currency) : "",
                Money.Text(account.Earned, account.Currency), account.Outcome, account.IsOutlier ? $"{account.Change}, outlier" : account.Change,
                Markup.Escape(account.Reason ?? ""));
        return table;
    }

    public static IRenderable Render(PreviewedAccountView account)
    {
        var lines = RunScreen.Plain("Line", account.Currency).AddColumn("Days").AddColumn("How");
        foreach (var line in account.Lines)
            lines.AddRow(Markup.Escape(line.Description), Money.Amount(line.Amount, account.Currency),
                string.Create(CultureInfo.InvariantCulture, $"{line.FirstDay:yyyy-MM-dd} to {line.LastDay:yyyy-MM-dd}"), Markup.Escape(line.Formula));
        return new Rows(
            new Markup(Markup.Escape($"{account.AccountId}: {account.Outcome}{(account.Reason is { } reason ? $": {reason}" : "")}")),
            lines,
            new Markup(Markup.Escape($"total {Money.Text(account.Total, account.Currency)}, of which tax {Money.Text(account.Tax, account.Currency)}, "
                + $"credit used {Money.Text(account.CreditApplied, account.Currency)}, due {Money.Text(account.AmountDue, account.Currency)}")));
    }

    static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
