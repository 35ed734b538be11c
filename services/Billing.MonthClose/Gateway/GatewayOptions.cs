using System.ComponentModel.DataAnnotations;
using System.Net;
using Billing.Hosting.Validation;

namespace Billing.MonthClose.Gateway;

/// <summary>Where the payment gateway is and how it may be used.</summary>
public sealed class GatewayOptions : IValidatableObject
{
    public const string Section = "Gateway";

    /// <summary>Stripe is <c>https://api.stripe.com/</c>; plain HTTP is taken on this machine only.</summary>
    [Required]
    public Uri? BaseAddress { get; set; }

    /// <summary>Secret key, sent as a bearer token. Never logged. Needed for any gateway that is not on this machine.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Time that one call may take. Default 20 s; what has no answer by then is unknown, not failed.</summary>
    [Duration("00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Time that opening a connection may take. Default 5 s. Until then nothing was sent, so it is no unknown outcome.</summary>
    [Duration("00:00:00.100", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Calls at the same time for one chunk, where no limit in flight is set (<see cref="GatewayLimit.InFlight"/>). Default 16: enough to hide a gateway's
    /// latency without a crowd of sockets.
    /// </summary>
    [Range(1, 200)]
    public int Concurrency { get; set; } = 16;

    /// <summary>
    /// How long an answer waits for others that are booked with it, while some are still asked for. Default 50 ms: booking costs the same statements for one
    /// as for a hundred. The last answers of a chunk, and one alone, wait for nothing.
    /// </summary>
    [Duration("00:00:00", "00:10:00")]
    public TimeSpan Gathering { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Tries of one call that never reached the gateway or was answered "later" (409, 429). Default 5, with growing pauses. What the gateway may
    /// have seen is never tried again here: it is unknown, and asked for later.
    /// </summary>
    [Range(1, 20)]
    public int Tries { get; set; } = 5;

    /// <summary>The first pause between two tries; each next is twice as long, with some chance in it. Default 200 ms.</summary>
    [Duration("00:00:00.001", "00:00:10")]
    public TimeSpan Pause { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The longest pause, whatever the gateway's Retry-After asks for. Default 5 s: a chunk's other answers wait behind this one, and what stays
    /// unanswered is asked for later anyway.
    /// </summary>
    [Duration("00:00:00.001", "00:01:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How old a charge must be before the gateway's "I know of no such thing" is believed. Default 2 minutes: longer than a request may be under
    /// way, and than Stripe itself works on one. Believed too early, a request that arrives late would be a second payment.
    /// </summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan NotFoundIsBelievedAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long after a charge was prepared its process may ask for it. Default 2 minutes: a chunk at 10 calls a second. What was not asked for by
    /// then is looked for later, and charged anew when it never was.
    /// </summary>
    [Duration("00:00:01", "01:00:00")]
    public TimeSpan AskWithin { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often charges that nobody comes back to are looked for. Default a minute; it reads an index of open charges only.</summary>
    [Duration("00:00:01", "01:00:00")]
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Charges of one account in 24 hours, whatever loops. Default 15.</summary>
    [Range(1, 1000)]
    public int MaxChargesPerDay { get; set; } = 15;

    /// <summary>The least that is charged, by currency, in its major unit. Less is carried to the next invoice.</summary>
    public Dictionary<string, decimal> Minimums { get; } = new(StringComparer.Ordinal)
    {
        ["USD"] = 0.50m,
        ["EUR"] = 0.50m,
        ["GBP"] = 0.30m,
        ["JPY"] = 50m,
        ["KWD"] = 0.150m
    };

    public decimal MinimumOf(string currency) => Minimums.GetValueOrDefault(currency);

    /// <summary>
    /// When to ask for the outcome of an unknown charge, each counted from the look before. Default after 5 minutes, an hour, then daily seven
    /// times: most gateways know within minutes, and keep idempotency keys for a day.
    /// </summary>
    public TimeSpan[]? AskAfter { get; set; }

    public IReadOnlyList<TimeSpan> Looks => AskAfter ?? DefaultLooks;

    static readonly TimeSpan[] DefaultLooks = [TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), .. Enumerable.Repeat(TimeSpan.FromDays(1), 7)];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BaseAddress is { } address)
        {
            if (!address.IsAbsoluteUri || address.Scheme is not ("https" or "http"))
                yield return new ValidationResult($"Gateway:BaseAddress is \"{address}\"; expected an absolute address such as https://api.stripe.com/");
            else if (!IsHere(address) && address.Scheme != "https")
                yield return new ValidationResult($"Gateway:BaseAddress is \"{address}\"; expected https, as it is not on this machine");
            else if (!IsHere(address) && string.IsNullOrWhiteSpace(ApiKey))
                yield return new ValidationResult("Gateway:ApiKey is missing; expected the secret key of the gateway, as it is not on this machine");
        }

        if (AskAfter is { } looks && (looks.Length == 0 || looks.Any(look => look <= TimeSpan.Zero)))
            yield return new ValidationResult("Gateway:AskAfter: expected one pause or more, each longer than nothing");
    }

    static bool IsHere(Uri address) => address.IsLoopback || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
}
