using Billing.MonthClose.Books.Pricing;

namespace Billing.MonthClose.Books.Invoices;

/// <summary>What earlier invoices billed of a month: the sum of their lines, in the currency's major unit.</summary>
/// <param name="AccountId">Whose invoices they are.</param>
/// <param name="Source">What the lines were made of.</param>
/// <param name="PriceCode">At which price.</param>
/// <param name="ServicePeriod">In which month it was used, as 202610.</param>
/// <param name="Amount">The sum; voided invoices do not count.</param>
public sealed record BilledBefore(string AccountId, LineSource Source, string? PriceCode, int ServicePeriod, decimal Amount)
{
    /// <summary>The newest version of the price at which it was billed.</summary>
    public long? PriceVersion { get; init; }

    /// <summary>The price itself, once it is read.</summary>
    public Price? Price { get; init; }
}

/// <summary>What a line was made of.</summary>
public enum LineSource
{
    /// <summary>The recurring fee.</summary>
    Fee,

    /// <summary>Usage that is priced here.</summary>
    Usage,

    /// <summary>Costs that came rated.</summary>
    RatedCost,

    /// <summary>Seats above those bought.</summary>
    Seats,

    /// <summary>Amounts of earlier invoices.</summary>
    CarriedForward,

    /// <summary>What makes the amount due one that the gateway can charge.</summary>
    Rounding
}
