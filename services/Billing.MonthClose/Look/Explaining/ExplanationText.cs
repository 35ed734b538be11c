using System.Globalization;
using System.Text;
using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Pricing;
using Billing.Views.MonthClose;

namespace Billing.MonthClose.Look.Explaining;

/// <summary>The explanation as one page of plain text.</summary>
sealed class ExplanationText
{
    readonly Explanation _one;
    readonly StringBuilder _page = new(4096);

    ExplanationText(Explanation one) => _one = one;

    public static string Of(Explanation one)
    {
        var text = new ExplanationText(one);
        text.Title();
        text.Account();
        text.Billed();
        text.Happened();
        text.Planned();
        text.Ledger();
        text.Changes();
        return text._page.ToString();
    }

    void Title()
    {
        var title = $"Invoice {_one.Number} of {_one.AccountId} for {_one.Period}: {Money(_one.AmountDue)} {_one.Currency}, {_one.Status.ToLowerInvariant()}";
        Line(title);
        Line(new string('=', title.Length));
        Line($"invoice {_one.InvoiceId}; times are in UTC");
    }

    void Account()
    {
        Head($"The account, {_one.Account.Source}");
        foreach (var fact in _one.Account.Facts)
            Line($"  {fact.Key + " ",-16}{fact.Value}");
    }

    void Billed()
    {
        Head("What was billed");
        foreach (var line in _one.Lines)
        {
            Line($"  {line.Position,2}  {$"{line.Description} ({line.Kind})".ShortenedTo(72),-72} {Money(line.Amount),14}");
            Line($"      {line.FirstDay:yyyy-MM-dd} to {line.LastDay:yyyy-MM-dd}: {line.Formula}");
            if (line.TaxName is { } tax)
                Line($"      {tax}: {Money(line.Tax)}");
            foreach (var input in line.Inputs)
                Line($"      {input}");
            if (line.Price is { } price)
                Line($"      {price}");
        }

        foreach (var tax in _one.Taxes)
            Line($"  {tax.Text.ShortenedTo(76),76} {(tax.IsAdded ? Money(tax.Tax) : $"({Money(tax.Tax)})"),14}");
        Line($"  {new string(' ', 76)} {new string('-', 14)}");
        Line($"  {"total",76} {Money(_one.Total),14}");
        if (_one.CreditApplied != 0)
            Line($"  {"credit used",76} {Money(-_one.CreditApplied),14}");
        Line($"  {"to be paid",76} {Money(_one.AmountDue),14} {_one.Currency}");
    }

    void Happened()
    {
        Head("What happened");
        foreach (var moment in _one.Moments)
        {
            Line($"  {Time(moment.At)}  {moment.Kind,-10} {moment.Text}");
            foreach (var detail in moment.Details)
                Line($"  {"",19}  {"",-10} {detail}");
        }
    }

    void Planned()
    {
        if (_one.Planned.Count == 0)
            return;
        Head("What is planned, if it is not paid before");
        foreach (var planned in _one.Planned)
            Line($"  {planned}");
    }

    void Ledger()
    {
        Head("The ledger");
        Line($"  {"booked",-19}  {"account",-16} {"debit",14} {"credit",14} {"owed",14}");
        var cause = "";
        foreach (var entry in _one.Ledger)
        {
            if (cause != entry.Cause)
                Line($"  {Time(entry.At)}  {entry.Cause}");
            cause = entry.Cause;
            Line($"  {"",-19}  {entry.Account,-16} {(entry.Debit == 0 ? "" : Money(entry.Debit)),14} {(entry.Credit == 0 ? "" : Money(entry.Credit)),14} "
                + $"{Money(entry.Owed),14}");
        }
    }

    void Changes()
    {
        Head("Who did it");
        foreach (var change in _one.Changes)
            Line($"  {Time(change.At)}  {change.What}, by {change.Who}{(change.Why is { Length: > 0 } why ? $": {why}" : "")}");
        if (_one.Shortened)
            Line("There is more than is shown here: ask the audit trail.");
    }

    void Line(string text = "") => _page.Append(text.TrimEnd()).Append('\n');

    void Head(string text)
    {
        Line();
        Line(text);
        Line(new string('-', text.Length));
    }

    string Money(decimal amount) => ExplanationReader.Amount(amount, _one.Currency);

    static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
