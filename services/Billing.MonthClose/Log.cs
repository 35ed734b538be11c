namespace Billing.MonthClose;

/// <summary>One line for each business fact that no event tells.</summary>
static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "Charge {ChargeId} of account {AccountId} was answered, but the database refused to book it; it stays pending, and the same key asks again")]
    public static partial void BookingRefused(this ILogger log, Guid chargeId, string accountId, Exception refusal);

    [LoggerMessage(1002, LogLevel.Error, "The collection of invoice {InvoiceId} of account {AccountId} stands still until a person acts: {Reason}")]
    public static partial void CollectionNeedsAttention(this ILogger log, Guid invoiceId, string accountId, string? reason);
}
