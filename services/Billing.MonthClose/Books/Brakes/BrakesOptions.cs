using System.ComponentModel.DataAnnotations;

namespace Billing.MonthClose.Books.Brakes;

/// <summary>When a run stops charging by itself, until a person resumes it. Each may be set anew while the service runs, by <c>SetBrake</c>.</summary>
public sealed class BrakesOptions
{
    public const string Section = "Brakes";

    /// <summary>
    /// The share of failures, from 0 to 1, past which a run pauses: accounts that were parked or whose charge was not paid, of all that were parked or
    /// charged. Default 0.5: when every other card is refused, the cause is hardly the cards. Null: this brake is off.
    /// </summary>
    [Range(0.0, 1.0)]
    public decimal? FailedShare { get; set; } = 0.5m;

    /// <summary>Accounts that must have been parked or charged before their share counts. Default 200: of a few, one half may be chance.</summary>
    [Range(1, 1_000_000)]
    public int FailedAfter { get; set; } = 200;

    /// <summary>Charges with an unknown outcome, past which a run pauses. Default null: this brake is off.</summary>
    [Range(0, 1_000_000_000)]
    public decimal? UnknownCharges { get; set; }

    /// <summary>
    /// The change against the month before, as a share of it, past which a run pauses: what was invoiced in one currency to accounts that had an invoice the
    /// month before. 0.3 is 30 % more or less. Default null: this brake is off.
    /// </summary>
    [Range(0.0, 1000.0)]
    public decimal? Change { get; set; }

    /// <summary>Accounts that must have been compared before their change counts. Default 200.</summary>
    [Range(1, 1_000_000)]
    public int ChangeAfter { get; set; } = 200;

    /// <summary>The money, in a currency's major unit, past which a run pauses when so much was collected. Default none.</summary>
    public Dictionary<string, decimal> Amount { get; set; } = [];

    /// <summary>Drifts that a reconciliation found since the run began, past which it pauses. Default null: this brake is off.</summary>
    [Range(0, 1_000_000_000)]
    public decimal? Drifts { get; set; }
}
