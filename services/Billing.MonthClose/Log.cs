using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Collect.Collecting;

namespace Billing.MonthClose;

/// <summary>One line for each business fact that no event tells.</summary>
static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "Charge {ChargeId} of account {AccountId} was answered, but the database refused to book it; it stays as it was, "
        + "and is asked for again")]
    public static partial void BookingRefused(this ILogger log, Guid chargeId, string accountId, Exception refusal);

    [LoggerMessage(1002, LogLevel.Error, "The collection of invoice {InvoiceId} of account {AccountId} stands still until a person acts: {Reason}")]
    public static partial void CollectionNeedsAttention(this ILogger log, Guid invoiceId, string accountId, string? reason);

    [LoggerMessage(1003, LogLevel.Information, "The close of {Period} was asked for by {RequestedBy}")]
    public static partial void CloseAskedFor(this ILogger log, string period, string? requestedBy);

    [LoggerMessage(1101, LogLevel.Warning, "Drift {Class} of account {AccountId}: {Detail}. {State}: {Act}")]
    public static partial void DriftFound(this ILogger log, string @class, string accountId, string detail, Books.Drifts.DriftState state, string act);

    [LoggerMessage(1102, LogLevel.Information, "Reconciled {Periods}: {Found} found, {Repaired} repaired, {Parked} parked, {Reported} reported, {Gone} gone, "
        + "{Unreconciled} not reconciled; {Compared}")]
    public static partial void PassEnded(this ILogger log, string periods, int found, int repaired, int parked, int reported, int gone, int unreconciled,
        string compared);

    [LoggerMessage(1201, LogLevel.Error, "Alert {Code} about {Subject}: {Message}")]
    public static partial void Alert(this ILogger log, string code, string subject, string message);

    [LoggerMessage(1202, LogLevel.Warning, "{Count} charges were left pending by processes that did not come back; the gateway will be asked what became of "
        + "them")]
    public static partial void LeftBehind(this ILogger log, int count);

    [LoggerMessage(1203, LogLevel.Warning, "{Count} unknown charges were looked after by nobody; the gateway will be asked what became of them")]
    public static partial void NobodyLooks(this ILogger log, int count);
}
