using System.Net;

namespace Billing.MonthClose.Gateway.Stripe;

/// <summary>What came of sending one request, before anyone reads meaning into it.</summary>
abstract record StripeExchange
{
    StripeExchange() { }

    /// <summary>A whole answer came back.</summary>
    public sealed record Answered(HttpStatusCode Status, byte[] Body, string? RequestId, TimeSpan? RetryAfter, bool MayTryAgain) : StripeExchange;

    /// <summary>No connection could be opened: not a byte was sent.</summary>
    public sealed record NeverSent(string Reason) : StripeExchange;

    /// <summary>Its time to be sent was over before its turn came. Nothing was sent now; whether anything was before, its sender knows.</summary>
    public sealed record TooLate : StripeExchange;

    /// <summary>It was sent, or half of it, and no whole answer came.</summary>
    public sealed record Lost(string Reason) : StripeExchange;

    /// <summary>Nothing was done, and asking again is safe: the door was shut (nothing sent, 429), or the same key is being worked on (409).</summary>
    public bool IsForLater => this is NeverSent or Answered { Status: HttpStatusCode.TooManyRequests or HttpStatusCode.Conflict, MayTryAgain: true };
}
