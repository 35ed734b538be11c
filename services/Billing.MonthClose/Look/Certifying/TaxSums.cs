using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Taxes;
using Billing.Views.Certificates;

namespace Billing.MonthClose.Look.Certifying;

/// <summary>The taxes of invoices, added up by currency and rate.</summary>
sealed class TaxSums
{
    readonly Dictionary<(string Currency, TaxTreatment Treatment, decimal Rate, string Name), (decimal Net, decimal Tax)> _sums = [];

    public void Add(Invoice invoice, IEnumerable<InvoiceLine> lines)
    {
        foreach (var line in lines)
        {
            if (line.TaxTreatment is not { } treatment)
                continue;
            // the certificate or tax number of each customer is no rate
            var name = treatment is TaxTreatment.ReverseCharge or TaxTreatment.Exempt ? "" : line.TaxName!;
            var key = (invoice.Currency, treatment, line.TaxRate ?? 0, name);
            var (net, tax) = _sums.GetValueOrDefault(key);
            _sums[key] = (net + line.Gross - line.Tax, tax + line.Tax);
        }
    }

    public IReadOnlyList<CertifiedTax> All => [.. _sums
        .Select(sum => new CertifiedTax(sum.Key.Currency, $"{sum.Key.Treatment}", sum.Key.Rate, sum.Key.Name, sum.Value.Net, sum.Value.Tax))
        .OrderBy(one => one.Currency, StringComparer.Ordinal).ThenBy(one => one.Treatment, StringComparer.Ordinal).ThenBy(one => one.Rate)
        .ThenBy(one => one.Name, StringComparer.Ordinal)];
}
