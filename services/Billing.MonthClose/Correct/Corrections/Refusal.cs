using System.Globalization;
using Billing.Hosting;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Invoices;

namespace Billing.MonthClose.Correct.Corrections;

/// <summary>Why a correction is not made: the command's member, what it held, and what was expected.</summary>
public sealed record Refusal(string Field, object Value, string Expected)
{
    public CommandRejectedException Of(string command) =>
        CommandRejected.Because(command, Field, Convert.ToString(Value, CultureInfo.InvariantCulture)!, Expected);
}

/// <summary>What the sender of a correction believed of its invoice.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Version">Of the invoice.</param>
/// <param name="AsOf">When he read it, if he says so.</param>
/// <param name="Now">When the correction is made.</param>
public sealed record Belief(string Currency, int Version, DateTimeOffset? AsOf, DateTimeOffset Now)
{
    /// <summary>Null when it is true.</summary>
    public Refusal? Check(Invoice invoice) =>
        Currency != invoice.Currency ? new("Currency", Currency, $"{invoice.Currency}, the currency of {invoice.Number}")
        : Version != invoice.Version ? new("InvoiceVersion", Version,
            $"{invoice.Version}: {invoice.Number} has changed since it was read; it is {invoice.Status} now, with "
                + $"{Currencies.Text(invoice.Owed, invoice.Currency)} open")
        : AsOf is { } asOf && invoice.WhyNotReadAt(asOf, Now) is { } expected ? new("AsOf", asOf, expected)
        : null;
}
