using Billing.MonthClose.Books.Closes;

namespace Billing.MonthClose.Books.Drifts;

/// <summary>What the reconciler does about a drift that it finds.</summary>
public enum DriftLevel
{
    /// <summary>Says so, and counts it until it is gone.</summary>
    Report,

    /// <summary>As <see cref="Report"/>, and nothing more is charged to the account until a person has looked.</summary>
    Park,

    /// <summary>Puts it right where the books say how; where they do not, parks.</summary>
    Repair
}
