namespace Billing.MonthClose.Taxing;

public enum TaxCalculatorKind
{
    /// <summary>Invoices are without tax.</summary>
    None,

    /// <summary>By the rates that <c>SetTaxRate</c> told.</summary>
    Table
}

/// <summary>Who computes the tax of invoice lines.</summary>
public sealed class TaxOptions
{
    public const string Section = "Tax";

    /// <summary>
    /// Default <c>None</c>: invoices are without tax. With another, an account whose tax is not known is parked, and never billed without it.
    /// </summary>
    public TaxCalculatorKind Calculator { get; set; }
}
