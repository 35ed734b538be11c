using System.Net;
using Billing.Hosting.Http;
using Stripe;

namespace Billing.MonthClose.Gateway.Stripe;

/// <summary>What came of sending one request, before anyone reads meaning into it.</summary>
abstract record StripeExchange
{
    StripeExchange() { }

    /// <summary>A whole answer came back.</summary>
    /// <param name="Response">The answer as it came.</param>
    /// <param name="Body">What the library read in it; null when it could not, or when it is an error.</param>
    /// <param name="Error">The error in it; null when there is none that can be read.</param>
    public sealed record Answered(StripeResponse Response, IStripeEntity? Body, StripeError? Error) : StripeExchange
    {
        public HttpStatusCode Status => Response.StatusCode;

        /// <summary>The gateway's own name of the request: what its support asks for.</summary>
        public string? RequestId => Response.RequestId;

        /// <summary>How long the gateway asks us to wait, and no longer than the bound.</summary>
        public TimeSpan? WaitAt(DateTimeOffset now, TimeSpan longest) => RetryAfter.Of(Response.Headers?.RetryAfter, now, longest);

        public bool MayTryAgain => Response.Headers?.TryGetValues("Stripe-Should-Retry", out var values) != true || values?.FirstOrDefault() != "false";
    }

    /// <summary>No connection could be opened: not a byte was sent.</summary>
    public sealed record NeverSent(string Reason) : StripeExchange;

    /// <summary>Its time to be sent was over before its turn came. Nothing was sent now; whether anything was before, its sender knows.</summary>
    public sealed record TooLate : StripeExchange;

    /// <summary>It was not to be sent any more when its turn came. Nothing was sent now; whether anything was before, its sender knows.</summary>
    public sealed record Withdrawn : StripeExchange;

    /// <summary>It was sent, or half of it, and no whole answer came.</summary>
    public sealed record Lost(string Reason) : StripeExchange;

    /// <summary>Nothing was done, and asking again is safe: the door was shut (nothing sent, 429), or the same key is being worked on (409).</summary>
    public bool IsForLater => this is NeverSent or Answered { Status: HttpStatusCode.TooManyRequests or HttpStatusCode.Conflict, MayTryAgain: true };

    /// <summary>What came of it, for a person.</summary>
    public string InWords => this switch
    {
        Answered answered => $"answered {(int)answered.Status}",
        NeverSent shut => shut.Reason,
        Lost lost => lost.Reason,
        _ => "it was not asked for in time"
    };

    /// <summary>The answer's body; null when none came that can be read as what was asked for.</summary>
    public T? Read<T>()
        where T : class, IStripeEntity => (this as Answered)?.Body as T;
}
