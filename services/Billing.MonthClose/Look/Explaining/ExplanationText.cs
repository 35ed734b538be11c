using System.Globalization;
using System.Text;
using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Pricing;

namespace Billing.MonthClose.Look.Explaining;

/// <summary>The explanation as one page of plain text.</summary>
static class ExplanationText
{
    public static string Of(Explanation one)
    {
        var page = new StringBuilder(4096);
        string Money(decimal amount) => ExplanationReader.Amount(amount, one.Currency);
        void Line(string text = "") => page.Append(text.TrimEnd()).Append('\n');
        void Head(string text)
        {
            Line();
            Line(text);
            Line(new string('-', text.Length));
        }

        var title = $"Invoice {one.Number} of {one.AccountId} for {one.Period}: {Money(one.AmountDue)} {one.Currency}, {one.Status.ToLowerInvariant()}";
        Line(title);
        Line(new string('=', title.Length));
        Line($"invoice {one.InvoiceId}; times are in UTC");

        Head($"The account, {one.Account.Source}");
        foreach (var fact in one.Account.Facts)
            Line($"  {fact.Key,-16}{fact.Value}");

        Head("What was billed");
        foreach (var line in one.Lines)
        {
            Line($"  {line.Position,2}  {$"{line.Description} ({line.Kind})".ShortenedTo(72),-72} {Money(line.Amount),14}");
            Line($"      {line.FirstDay:yyyy-MM-dd} to {line.LastDay:yyyy-MM-dd}: {line.Formula}");
            foreach (var input in line.Inputs)
                Line($"      {input}");
            if (line.Price is { } price)
                Line($"      {price}");
        }

        Line($"  {new string(' ', 76)} {new string('-', 14)}");
        Line($"  {"total",76} {Money(one.Total),14}");
        if (one.CreditApplied != 0)
            Line($"  {"credit used",76} {Money(-one.CreditApplied),14}");
        Line($"  {"to be paid",76} {Money(one.AmountDue),14} {one.Currency}");

        Head("What happened");
        foreach (var moment in one.Moments)
        {
            Line($"  {Time(moment.At)}  {moment.Kind,-10} {moment.Text}");
            foreach (var detail in moment.Details)
                Line($"  {"",19}  {"",-10} {detail}");
        }

        if (one.Planned.Count > 0)
        {
            Head("What is planned, if it is not paid before");
            foreach (var planned in one.Planned)
                Line($"  {planned}");
        }

        Head("The ledger");
        Line($"  {"booked",-19}  {"account",-16} {"debit",14} {"credit",14} {"owed",14}");
        var cause = "";
        foreach (var entry in one.Ledger)
        {
            if (cause != entry.Cause)
                Line($"  {Time(entry.At)}  {entry.Cause}");
            cause = entry.Cause;
            Line($"  {"",-19}  {entry.Account,-16} {(entry.Debit == 0 ? "" : Money(entry.Debit)),14} {(entry.Credit == 0 ? "" : Money(entry.Credit)),14} "
                + $"{Money(entry.Owed),14}");
        }

        Head("Who did it");
        foreach (var change in one.Changes)
            Line($"  {Time(change.At)}  {change.What}, by {change.Who}{(change.Why is { Length: > 0 } why ? $": {why}" : "")}");
        if (one.Shortened)
            Line("There is more than is shown here: ask the audit trail.");
        return page.ToString();
    }

    static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
