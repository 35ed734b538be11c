using System.Globalization;
using System.Net;
using System.Text;
using Billing.Clock;
using Billing.MonthClose.Books.Amounts;
using Billing.Views.MonthClose;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>All runs as a page, the newest month first, with a link to each.</summary>
static class RunsPage
{
    public static string Of(IEnumerable<RunLine> runs, TimeProvider clock)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Runs</title>
            <style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#222}table{border-collapse:collapse;margin:1rem 0}
            th,td{padding:.25rem .75rem;border-bottom:1px solid #ccc;text-align:right;vertical-align:top}.text{text-align:left}</style>
            {{(TestClockText.Of(clock) is { } test ? $"<p><strong>{test}. Nobody owes what stands here.</strong></p>" : "")}}
            <h1>Runs</h1><table><tr><th class="text">month<th class="text">state<th>accounts<th>closed<th>parked<th>cancelled
            <th>invoiced<th>collected<th>open<th class="text">begun (UTC)<th class="text">ended (UTC)</tr>
            """);
        foreach (var run in runs)
        {
            var why = run.PauseReason ?? run.HaltReason;
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"text\">{(run.State == RunLine.Previewed ? run.Period
                : $"<a href=\"/runs/{run.Period}\">{run.Period}</a>")}<td class=\"text\">{run.State}{(why is null ? "" : $": {WebUtility.HtmlEncode(why)}")}");
            html.Append(CultureInfo.InvariantCulture, $"<td>{run.Accounts}<td>{run.Closed}<td>{run.Parked}<td>{run.Cancelled}");
            html.Append(CultureInfo.InvariantCulture, $"<td>{Money(run, money => money.Invoiced)}<td>{Money(run, money => money.Collected)}");
            html.Append(CultureInfo.InvariantCulture, $"<td>{Money(run, money => money.Open)}");
            html.Append(CultureInfo.InvariantCulture,
                $"<td class=\"text\">{run.StartedAt.UtcDateTime:u}<td class=\"text\">{run.CompletedAt?.UtcDateTime:u}</tr>");
        }

        return html.Append("</table></html>").ToString();
    }

    static string Money(RunLine run, Func<RunMoney, decimal> amount) => string.Join("<br>", run.Money.Select(money =>
    {
        var digits = "N" + Currencies.DecimalsOf(money.Currency).ToString(CultureInfo.InvariantCulture);
        return $"{amount(money).ToString(digits, CultureInfo.InvariantCulture)} {money.Currency}";
    }));
}
