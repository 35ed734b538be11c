namespace Billing.MonthClose.Books.Closes;

/// <summary>One account cannot go on as things are. It is parked with the reason, and every other account goes on.</summary>
public sealed class CannotCloseException(string reasonCode, string reason) : Exception(reason)
{
    /// <summary>The reconciler set the account aside.</summary>
    public const string UnderReview = "UnderReview";

    /// <summary>One word for the class of the cause, by which parked accounts are counted and unparked.</summary>
    public string ReasonCode { get; } = reasonCode;
}
