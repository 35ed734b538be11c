using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Invoices;
using MassTransit;

namespace Billing.MonthClose.Books.Charges;

/// <summary>Event. Nothing is to be charged on the invoice any more: it is paid, whoever paid it, or the little that is left was carried over.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="AccountId">Its account.</param>
/// <param name="ByCharge">True when the answer to a charge says so: then none of its charges is unknown any more.</param>
/// <param name="CarriedOver">True when it was not paid: what is left is too little to charge, and stands on the next invoice.</param>
public sealed record InvoiceCleared(Guid InvoiceId, string AccountId, bool ByCharge = false, bool CarriedOver = false);

/// <summary>What is said of an invoice that credit paid.</summary>
static class CreditEvents
{
    public static IEnumerable<object> ToEvents(this UsedCredit used)
    {
        if (used.After.Status == InvoiceStatus.Paid)
            yield return new InvoiceCleared(used.After.InvoiceId, used.After.AccountId);
        yield return new CreditApplied
        {
            ApplicationId = used.Id.ToString(),
            InvoiceId = used.After.InvoiceId,
            AccountId = used.After.AccountId,
            Amount = used.Amount,
            Currency = used.After.Currency,
            StillOpen = used.After.Owed
        };
    }

    public static async Task TellAsync(this IEnumerable<UsedCredit> used, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        foreach (var said in used.SelectMany(one => one.ToEvents()))
            await bus.Publish(said, cancellationToken);
    }
}
