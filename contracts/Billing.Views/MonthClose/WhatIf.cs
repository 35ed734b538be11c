namespace Billing.Views.MonthClose;

/// <summary>What <c>POST api/what-if/{period}</c> is asked: a closed month by other rules. Nothing of it is kept.</summary>
public sealed record WhatIfQuestion
{
    /// <summary>Prices in the place of those of the run, as <c>SetPrice</c> has them.</summary>
    public IReadOnlyList<WhatIfPrice> Prices { get; init; } = [];

    /// <summary><c>Daily</c> (as billed), <c>Peak</c> or <c>LastDay</c>.</summary>
    public string? SeatRule { get; init; }
}

/// <summary>A price that was never set.</summary>
public sealed record WhatIfPrice
{
    public string? PriceCode { get; init; }
    public string? Currency { get; init; }

    /// <summary><c>unit</c>, <c>hourly</c>, <c>graduated</c> or <c>volume</c>.</summary>
    public string? Model { get; init; }

    /// <summary>In the currency's major unit.</summary>
    public decimal? UnitPrice { get; init; }

    public int? MonthlyCapHours { get; init; }
    public IReadOnlyList<WhatIfTier>? Tiers { get; init; }
}

public sealed record WhatIfTier
{
    public decimal? UpTo { get; init; }
    public decimal UnitPrice { get; init; }
    public decimal FlatPrice { get; init; }
}

/// <summary>A closed month beside itself by other rules.</summary>
public sealed record WhatIfView
{
    /// <summary>The month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    /// <summary>Invoices that were computed both ways.</summary>
    public required int Invoices { get; init; }

    /// <summary>Those whose total differs.</summary>
    public required int Changed { get; init; }

    /// <summary>Those that could not be computed by the other rules, such as for a price that is missing.</summary>
    public required int Refused { get; init; }

    /// <summary>
    /// Those that are computed otherwise than they were issued even by the rules of their run: their account has changed since. Both sides of the difference
    /// are computed with the account of today.
    /// </summary>
    public required int ChangedSince { get; init; }

    public required IReadOnlyList<WhatIfMoney> Money { get; init; }

    /// <summary>The invoices with the largest differences, by amount.</summary>
    public required IReadOnlyList<WhatIfAccount> Largest { get; init; }
}

/// <summary>In the currency's major unit, without what was carried over.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Issued">What the invoices say.</param>
/// <param name="Before">What they add up to by the rules of the run.</param>
/// <param name="After">What they would add up to.</param>
public sealed record WhatIfMoney(string Currency, decimal Issued, decimal Before, decimal After)
{
    public decimal Difference => After - Before;
}

/// <param name="AccountId">Whose.</param>
/// <param name="Invoice">Its number.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Before">By the rules of the run.</param>
/// <param name="After">By the other rules; null when it could not be computed.</param>
/// <param name="Reason">Why it could not.</param>
public sealed record WhatIfAccount(string AccountId, string Invoice, string Currency, decimal Before, decimal? After, string? Reason);
