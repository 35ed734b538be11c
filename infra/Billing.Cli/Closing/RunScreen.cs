using System.Globalization;
using Billing.Views.MonthClose;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Billing.Cli.Closing;

/// <summary>A run as tables: while it goes on, and when it has ended.</summary>
static class RunScreen
{
    static readonly string[] StepOrder = ["Pending", "Invoiced", "Booked", "Closed", "Parked", "Cancelled"];

    public static IRenderable Render(RunView run, DateTimeOffset now)
    {
        var parts = new List<IRenderable> { new Markup(Headline(run, now)), Steps(run), Totals(run) };
        if (run.Pause is { } pause)
            parts.Insert(1, new Markup(Markup.Escape(
                $"PAUSED since {pause.Since:u} by {pause.By ?? $"the brake {pause.Brake}"}: {pause.Reason} Go on with: resume {run.Period}")));
        if (run.FinalAt is { } final)
            parts.Insert(1, new Markup(Markup.Escape($"A draft, open for late usage until {final:u}. Finish it with: approve {run.Period}")));
        if (run.Brakes.Count > 0)
            parts.Add(Brakes(run));
        if (run.Outcomes.Count > 0)
            parts.Add(Outcomes(run));
        if (run.Parked.Count > 0)
            parts.Add(Parked(run));
        return new Rows(parts);
    }

    /// <summary>All runs, a line each.</summary>
    public static Table List(IEnumerable<RunLine> runs)
    {
        var table = Plain("Month", "Accounts", "Closed", "Parked", "Cancelled", "Invoiced", "Collected", "Open", "Took").AddColumn("State");
        foreach (var run in runs)
            table.AddRow(
                run.Period, Number(run.Accounts), Number(run.Closed), Number(run.Parked), Number(run.Cancelled),
                Money.Text(run.Money.Select(money => (money.Currency, money.Invoiced))),
                Money.Text(run.Money.Select(money => (money.Currency, money.Collected))),
                Money.Text(run.Money.Where(money => money.Open != 0).Select(money => (money.Currency, money.Open))),
                run.CompletedAt is { } end ? string.Create(CultureInfo.InvariantCulture, $"{(end - run.StartedAt).TotalSeconds:0.0} s") : "",
                Markup.Escape((run.PauseReason ?? run.HaltReason) is { } why ? $"{run.State}: {why}" : run.State));
        return table;
    }

    /// <summary>One line for logs and pipes.</summary>
    public static string Line(RunView run, DateTimeOffset now) =>
        $"{run.Period} {run.State}{(run.Pause is { } pause ? $" ({pause.Reason})" : "")}: "
        + string.Create(CultureInfo.InvariantCulture, $"{run.Ended} of {run.Accounts} accounts, {Speed(run, now)}, ")
        + $"invoiced {Money.Text(run.Totals.Select(x => (x.Currency, x.Invoiced)))}, collected {Money.Text(run.Totals.Select(x => (x.Currency, x.Collected)))}";

    public static string Speed(RunView run, DateTimeOffset now) =>
        run.AccountsPerSecond(now) is { } speed ? string.Create(CultureInfo.InvariantCulture, $"{speed:0} accounts a second") : "no account has ended yet";

    static string Headline(RunView run, DateTimeOffset now)
    {
        var left = run.TimeLeft(now) is { } time ? string.Create(CultureInfo.InvariantCulture, $", about {time:hh\\:mm\\:ss} left") : "";
        var took = run.CompletedAt is { } end ? string.Create(CultureInfo.InvariantCulture, $", took {(end - run.StartedAt).TotalSeconds:0.0} s") : "";
        return Markup.Escape($"Month {run.Period}: {run.State}, {run.Ended} of {run.Accounts} accounts, {Speed(run, now)}{left}{took}");
    }

    static Table Steps(RunView run)
    {
        var table = Plain("Step", "Accounts").AddColumn("");
        foreach (var step in StepOrder)
        {
            var count = run.Step(step);
            table.AddRow(step, Number(count), run.Accounts == 0 ? "" : new string('█', (int)Math.Round(30.0 * count / run.Accounts)));
        }

        return table.Caption(Markup.Escape($"chunks: {run.Chunks.Ended} of {run.Chunks.Total} ended, {run.Chunks.InFlight} in flight"));
    }

    static Table Totals(RunView run)
    {
        var table = Plain("Currency", "Invoices", "Invoiced", "Tax", "Collected", "Credit used", "Open", "Failed", "Held", "Skipped", "Parked");
        foreach (var total in run.Totals.OrderBy(x => x.Currency, StringComparer.Ordinal))
            table.AddRow(
                total.Currency, Number(total.Invoices), Amount(total.Invoiced, total), Amount(total.Tax, total), Amount(total.Collected, total),
                Amount(total.CreditUsed, total), Amount(total.Open, total), Amount(total.Failed, total), Amount(total.Held, total),
                Amount(total.Skipped, total), Amount(total.Parked, total));
        return table;
    }

    static Table Outcomes(RunView run)
    {
        var table = Plain("Outcome", "Accounts");
        foreach (var (outcome, count) in run.Outcomes.OrderByDescending(pair => pair.Value))
            table.AddRow(Markup.Escape(outcome), Number(count));
        return table;
    }

    static Table Brakes(RunView run)
    {
        var table = Plain("Brake", "Limit", "Now").AddColumn("Seen");
        foreach (var brake in run.Brakes)
            table.AddRow(Markup.Escape(brake.Currency is { } currency ? $"{brake.Brake} {currency}" : brake.Brake),
                brake.Limit.ToString("0.####", CultureInfo.InvariantCulture), brake.Now.ToString("0.####", CultureInfo.InvariantCulture),
                Markup.Escape(brake.Counts ? brake.InWords : $"{brake.InWords}; too few to count"));
        return table;
    }

    static Table Parked(RunView run)
    {
        var table = Plain("Parked because", "Accounts").AddColumn("Reason");
        foreach (var reason in run.Parked.OrderByDescending(x => x.Count))
            table.AddRow(Markup.Escape(reason.ReasonCode), Number(reason.Count), Markup.Escape(reason.Reason));
        return table;
    }

    internal static Table Plain(string first, params string[] numbers)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(first);
        foreach (var number in numbers)
            table.AddColumn(number, column => column.RightAligned());
        return table;
    }

    static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    static string Amount(decimal amount, MoneyView of) => Money.Amount(amount, of.Currency);
}
