using System.ComponentModel.DataAnnotations;

namespace Billing.MonthClose.Charging;

/// <summary>Where the payment gateway is and how it may be used.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    [Required]
    public Uri? BaseAddress { get; set; }

    /// <summary>Secret key, sent as a bearer token. Never logged.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Time that one call may take. Default 20 s; what has no answer by then is unknown, not failed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Calls at the same time for one chunk. Default 16: enough to hide a gateway's latency without a crowd of sockets.</summary>
    [Range(1, 200)]
    public int Concurrency { get; set; } = 16;

    /// <summary>Tries of one call that was answered "later" (409, 429). Default 5, with growing pauses; then it is unknown and asked for later.</summary>
    [Range(1, 20)]
    public int Tries { get; set; } = 5;

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
}
