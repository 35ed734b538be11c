using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;

namespace Billing.MonthClose.Books.Previews;

/// <summary>What the close does for one account: its invoice, or why there can be none. The preview and the step that issues invoices share it.</summary>
/// <param name="Account">Whose it is.</param>
/// <param name="Decision">The invoice; null when it cannot be computed.</param>
/// <param name="Cannot">Why it cannot; null when it can.</param>
public sealed record Drafted(Account Account, InvoiceDecision? Decision, CannotCloseException? Cannot)
{
    public static Drafted Of(Account account, Func<InvoiceFacts> factsOf) => DrawnLines.Of(account, factsOf).Decide(null);

    /// <param name="previewId">The preview that it belongs to.</param>
    /// <param name="before">What the month before earned; null when it had no invoice.</param>
    /// <param name="earlier">What earlier months earned.</param>
    /// <param name="threshold">The share of the month before up to which a change is small.</param>
    public PreviewedAccount ToPreviewed(Guid previewId, decimal? before, IReadOnlyCollection<decimal> earlier, decimal threshold)
    {
        var billed = Decision is { IsIssued: true };
        var earned = billed ? Decision!.Earned : 0;
        return new PreviewedAccount
        {
            PreviewId = previewId,
            AccountId = Account.AccountId,
            Currency = Account.Currency,
            Outcome = Decision?.Outcome,
            ReasonCode = Cannot?.ReasonCode,
            Reason = Cannot?.Message.ShortenedTo(RunPreview.LongestReason),
            IsBilled = billed,
            Earned = earned,
            Total = Decision?.Total ?? 0,
            Tax = billed ? Decision!.Tax : 0,
            CreditApplied = Decision?.CreditApplied ?? 0,
            AmountDue = Decision?.AmountDue ?? 0,
            Before = before,
            Change = Decision is null ? MonthChange.Small : MonthDifference.Of(before, earned, threshold),
            IsOutlier = Decision is not null && MonthDifference.IsOutlier(earlier, earned),
            Lines = Decision is null ? [] : [.. Decision.Lines.Select(ToPreviewed)],
            Fingerprint = Fingerprint()
        };
    }

    /// <summary>Equal exactly when the account would be treated equally: the same lines, amounts, credit and outcome, or the same reason to park it.</summary>
    public string Fingerprint()
    {
        var text = new StringBuilder();
        text.Append(Account.Currency).Append('|').Append(Decision?.Outcome?.ToString() ?? "charged").Append('|').Append(Cannot?.ReasonCode);
        if (Decision is { } invoice)
        {
            Add(invoice.Total, invoice.Carried, invoice.CreditApplied, invoice.AmountDue);
            foreach (var line in invoice.Lines)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{line.Kind}|{line.Source}|{line.Price?.PriceCode}|{line.Description}");
                text.Append(CultureInfo.InvariantCulture, $"|{line.ServicePeriod}|{line.Days.FirstDay:yyyy-MM-dd}|{line.Days.LastDay:yyyy-MM-dd}");
                Add(line.Quantity, line.UnitPrice, line.Amount);
                if (line.Tax is { } tax)
                {
                    text.Append(CultureInfo.InvariantCulture, $"|{tax.Treatment}|{tax.Name}");
                    Add(tax.Rate, tax.Tax);
                }
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));

        // 1.50 and 1.5 are the same amount
        void Add(params ReadOnlySpan<decimal> amounts)
        {
            foreach (var amount in amounts)
                text.Append('|').Append((amount / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture));
        }
    }

    static PreviewedLine ToPreviewed(DraftLine line) => new(
        line.Kind, line.Price?.PriceCode, line.ServicePeriod, line.Description, line.Quantity, line.UnitPrice,
        line.Days.FirstDay, line.Days.LastDay, line.Formula, line.Amount, line.Tax);
}
