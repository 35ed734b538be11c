using Billing.MonthClose.Books.Taxes;

namespace Billing.MonthClose.Books.Invoices;

/// <summary>What an invoice says of one rate: the sum of its lines, in the currency's major unit.</summary>
/// <param name="Treatment">How they are taxed.</param>
/// <param name="Rate">As a fraction.</param>
/// <param name="Name">As the lines have it.</param>
/// <param name="Net">Without tax.</param>
/// <param name="Tax">The sum of the rounded taxes of the lines.</param>
public sealed record TaxTotal(TaxTreatment Treatment, decimal Rate, string Name, decimal Net, decimal Tax)
{
    /// <summary>In the order in which they come on the invoice; empty when it is without tax.</summary>
    public static IReadOnlyList<TaxTotal> Of(IEnumerable<InvoiceLine> lines) =>
        [.. lines.Where(line => line.TaxTreatment is not null).GroupBy(line => (line.TaxTreatment, line.TaxRate, line.TaxName))
            .Select(rate => new TaxTotal(rate.Key.TaxTreatment!.Value, rate.Key.TaxRate ?? 0, rate.Key.TaxName ?? "", rate.Sum(line => line.Gross - line.Tax),
                rate.Sum(line => line.Tax)))];

    /// <summary>For a letter or a page.</summary>
    public string Text(Func<decimal, string> amount) => Treatment switch
    {
        TaxTreatment.Added => $"{Name} of {amount(Net)}",
        TaxTreatment.Included => $"{Name} held in the prices, of {amount(Net)}",
        TaxTreatment.ReverseCharge => $"{Name}: the customer owes the tax of {amount(Net)}",
        _ => $"{Name}: {amount(Net)}"
    };
}
