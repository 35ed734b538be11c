using Billing.MonthClose.Books.Amounts;

namespace Billing.MonthClose.Books.Invoices;

/// <summary>The part of a payment that one invoice gets.</summary>
/// <param name="Before">The invoice as it was.</param>
/// <param name="After">The invoice with the part booked.</param>
/// <param name="Amount">In the currency's major unit; never zero.</param>
/// <param name="IsRecovery">True when the invoice had been written off.</param>
public sealed record PaymentPart(Invoice Before, Invoice After, decimal Amount, bool IsRecovery);

/// <summary>How a payment is spread over the open invoices of its account.</summary>
public sealed record PaymentSpread
{
    public required Money Amount { get; init; }

    /// <summary>In the order in which the money was spread.</summary>
    public required IReadOnlyList<PaymentPart> Parts { get; init; }

    /// <summary>What lowers the account's debt. The rest that recovers nothing becomes credit.</summary>
    public required Money Settles { get; init; }

    /// <summary>What pays for invoices that had been given up.</summary>
    public required Money Recovered { get; init; }

    /// <summary>Pays one invoice after another until the money is used up.</summary>
    /// <param name="open">In the order in which they are paid: the named one first, then the oldest; written-off ones last.</param>
    /// <param name="amount">The payment.</param>
    /// <param name="owed">The account's balance before it, in the major unit.</param>
    /// <param name="at">When the money came.</param>
    /// <exception cref="InvalidOperationException">An invoice is in another currency than the payment.</exception>
    public static PaymentSpread Over(IEnumerable<Invoice> open, Money amount, decimal owed, DateTimeOffset at)
    {
        var (left, parts) = (amount.Amount, new List<PaymentPart>());
        foreach (var invoice in open.TakeWhile(_ => left > 0))
        {
            if (invoice.Currency != amount.Currency)
                throw new InvalidOperationException($"{amount} cannot pay invoice {invoice.Number}, which is in {invoice.Currency}.");
            var isRecovery = invoice.Status == InvoiceStatus.WrittenOff;
            var part = Math.Min(left, isRecovery ? invoice.WrittenOff - invoice.Recovered : invoice.Outstanding);
            if (part <= 0)
                continue;
            left -= part;
            var after = isRecovery ? invoice with { Recovered = invoice.Recovered + part, Version = invoice.Version + 1 } : invoice.Pay(part, at);
            parts.Add(new PaymentPart(invoice, after, part, isRecovery));
        }

        var recovered = parts.Where(part => part.IsRecovery).Sum(part => part.Amount);
        return new PaymentSpread
        {
            Amount = amount,
            Parts = parts,
            Settles = amount.With(Math.Clamp(owed, 0, amount.Amount - recovered)),
            Recovered = amount.With(recovered)
        };
    }
}
