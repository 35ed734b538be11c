using System.Globalization;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Papers;

namespace Billing.MonthClose.Look.Papers;

/// <summary>What stands on a paper, as text: each rendering only places it.</summary>
sealed class PaperText(Paper paper, PaperWords words)
{
    public string Title => words.TitleOf(paper.Kind);

    /// <summary>What is said of the paper beside the customer's name.</summary>
    public IEnumerable<(string Name, string Value)> Facts
    {
        get
        {
            yield return (words.Number, paper.Number);
            yield return (words.Issued, Day(paper.IssuedOn));
            if (paper.Correction is { } correction)
                yield return (words.Corrects, correction.InvoiceNumber);
            if (paper.Replaces is { } replaces)
                yield return (words.Replaces, replaces);
            yield return (words.Period, $"{Day(paper.FirstDay)} – {Day(paper.LastDay)}");
            yield return (words.DaysOf, paper.TimeZone);
            if (paper.DueOn is { } due && paper.AmountDue > 0 && paper.PaidBy != PaymentWay.LaterInvoice)
                yield return (words.Due, Day(due));
            yield return (words.Account, paper.AccountId);
        }
    }

    /// <summary>What stands under the lines, from the top; the last one is what matters.</summary>
    public IReadOnlyList<(string Name, string Amount)> Totals
    {
        get
        {
            var rows = new List<(string, string)>();
            var (added, included) = (paper.Taxes.Where(tax => !tax.IsIncluded).ToList(), paper.Taxes.Where(tax => tax.IsIncluded).ToList());
            if (added.Count > 0)
                rows.Add((words.Net, Amount(paper.Total - added.Sum(tax => tax.Tax))));
            rows.AddRange(added.Select(tax => ($"{tax.Name} {words.Of} {Amount(tax.Net)}", Amount(tax.Tax))));
            if (paper.CreditUsed != 0 || included.Count > 0 || (paper.Kind == PaperKind.Invoice && paper.AmountDue != paper.Total))
                rows.Add((words.Total, Amount(paper.Total)));
            rows.AddRange(included.Select(tax => ($"{words.Includes} {tax.Name} {words.Of} {Amount(tax.Net)}", Amount(tax.Tax))));
            if (paper.CreditUsed != 0)
                rows.Add((words.CreditUsed, Amount(-paper.CreditUsed)));
            rows.Add(paper.Kind == PaperKind.CreditNote
                ? ($"{words.Total} {paper.Currency}", Amount(paper.Total))
                : ($"{words.AmountDue} {paper.Currency}", Amount(paper.AmountDue)));
            return rows;
        }
    }

    /// <summary>Sentences under the totals.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            if (paper.Correction is not { } correction)
            {
                if (paper.Total < 0)
                    yield return words.BecomesCredit;
                else if (paper.AmountDue == 0)
                    yield return words.NothingDue;
                else if (paper.PaidBy == PaymentWay.Transfer)
                    yield return words.PayBy(Day(paper.DueOn ?? paper.IssuedOn), paper.Number);
                else if (paper.PaidBy == PaymentWay.Charge)
                    yield return words.IsCharged;
                else if (paper.PaidBy == PaymentWay.LaterInvoice)
                    yield return words.StandsOnLater;
                yield break;
            }

            yield return $"{words.Reason}: {correction.Reason}";
            foreach (var (name, amount) in new[]
            {
                (words.Reduced, correction.Reduced), (words.Refunded, correction.Refunded), (words.Credited, correction.Credited),
                (words.Outside, correction.Outside)
            })
                if (amount != 0)
                    yield return $"{name}: {Amount(amount)} {paper.Currency}";
        }
    }

    /// <summary>The seller's address and numbers, line by line, without the name.</summary>
    public IEnumerable<string> SellerLines => paper.Seller is not { } seller ? []
        : [.. LinesOf(seller.Address), .. LinesOf(seller.TaxId), .. LinesOf(seller.Contact)];

    /// <summary>Where to transfer what is due.</summary>
    public IEnumerable<string> PayToLines => paper.PaidBy == PaymentWay.Transfer ? LinesOf(paper.Seller?.PayTo) : [];

    /// <summary>What stands at the foot of each page.</summary>
    public string Foot => string.Join(" · ", new[] { paper.Seller?.Name, paper.Seller?.Registration, paper.Number }.Where(part => !string.IsNullOrEmpty(part)));

    /// <summary>The days and the sum of a line, under its description.</summary>
    public static string DetailOf(PaperLine line)
    {
        var days = line.FirstDay == line.LastDay ? Day(line.FirstDay) : $"{Day(line.FirstDay)} – {Day(line.LastDay)}";
        return string.IsNullOrEmpty(line.Formula) ? days : $"{days} · {line.Formula}";
    }

    public static string QuantityOf(PaperLine line) => line.Quantity is { } quantity ? Signed(quantity, "#,##0.##################") : "";

    public string UnitPriceOf(PaperLine line)
    {
        if (line.UnitPrice is not { } price)
            return "";
        var decimals = Currencies.DecimalsOf(paper.Currency);
        return Signed(price, decimals == 0 ? "#,##0.##################" : $"#,##0.{new string('0', decimals)}{new string('#', 18 - decimals)}");
    }

    public static string TaxOf(PaperLine line) => line.TaxRate is { } rate ? $"{Rate(rate)} %" : "";

    public string Amount(decimal amount) => Signed(amount, "N" + Currencies.DecimalsOf(paper.Currency).ToString(CultureInfo.InvariantCulture));

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static IEnumerable<string> LinesOf(string? text) =>
        text?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    static string Rate(decimal rate) => rate.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>With the sign that is as wide as a digit.</summary>
    static string Signed(decimal number, string format) => (number < 0 ? "−" : "") + Math.Abs(number).ToString(format, CultureInfo.InvariantCulture);
}
