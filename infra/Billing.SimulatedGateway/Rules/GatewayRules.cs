using System.Text.Json;
using System.Text.Json.Serialization;

namespace Billing.SimulatedGateway.Rules;

/// <summary>What happens to a payment; in JSON <c>time_out_after_success</c> and the like.</summary>
[JsonConverter(typeof(BehaviourConverter))]
public enum Behaviour
{
    Succeed,

    /// <summary>The bank refuses, with <see cref="GatewayRule.Code"/>.</summary>
    Decline,

    /// <summary>The money is captured, and the caller never hears of it.</summary>
    TimeOutAfterSuccess,

    /// <summary>The money is captured, and the connection is cut instead of an answer.</summary>
    CutAfterSuccess,

    /// <summary>500 before anything was done.</summary>
    ErrorBefore,

    /// <summary>The money is captured, and the answer is a 500.</summary>
    ErrorAfterSuccess,

    /// <summary>429 with Retry-After, nothing was done.</summary>
    RateLimited,

    /// <summary>400: there is no such payment method.</summary>
    Missing,

    /// <summary>401: the key is not good any more.</summary>
    Unauthorized
}

/// <summary>What a rule is about; in JSON <c>payment</c> or <c>refund</c>.</summary>
[JsonConverter(typeof(OperationConverter))]
public enum Operation
{
    Payment,
    Refund
}

/// <summary>The rules in force, as a test or the demo sets them. The first that fits a payment decides.</summary>
public sealed record GatewayRules
{
    /// <summary>Makes the chances of <see cref="GatewayRule.Rate"/> repeatable.</summary>
    public int Seed { get; set; } = 1;

    public GatewayRule[] Rules { get; set; } = [];
}

public sealed record GatewayRule
{
    /// <summary>Payments, unless it says refunds.</summary>
    public Operation On { get; init; }

    /// <summary>Name of a payment method, or the start of one with a star at the end; every one when left out.</summary>
    public string? PaymentMethod { get; init; }

    /// <summary>The share of requests that the rule fits, 0 to 1; all of them when left out.</summary>
    public double? Rate { get; init; }

    /// <summary>The rule fits only the first so many requests of each customer; all when left out.</summary>
    public int? FirstTimes { get; init; }

    public Behaviour Behaviour { get; init; }

    /// <summary>
    /// The decline code: soft <c>insufficient_funds</c>, <c>try_again_later</c>; hard <c>stolen_card</c>, <c>lost_card</c>, <c>pickup_card</c>,
    /// <c>expired_card</c>.
    /// </summary>
    public string? Code { get; init; }

    /// <summary>How long the work takes before anything happens, milliseconds, 0 to 120,000.</summary>
    public int LatencyMs { get; init; }

    /// <summary>What a 429 asks the caller to wait, seconds, 0 to 3,600.</summary>
    public int RetryAfterSeconds { get; set; } = 1;

    /// <summary>Null when the rule makes sense; else a sentence that names field, value and expectation.</summary>
    public string? Fault() => this switch
    {
        { Rate: < 0 or > 1 or double.NaN } => $"rate: {Rate} is not between 0 and 1",
        { FirstTimes: < 1 } => $"first_times: {FirstTimes} is not 1 or more",
        { LatencyMs: < 0 or > 120_000 } => $"latency_ms: {LatencyMs} is not between 0 and 120000",
        { RetryAfterSeconds: < 0 or > 3600 } => $"retry_after_seconds: {RetryAfterSeconds} is not between 0 and 3600",
        { Behaviour: Behaviour.Decline, Code: null or "" } => "code: a decline needs one, such as insufficient_funds",
        { On: Operation.Refund, Behaviour: Behaviour.Missing } => "behaviour: missing is for payments",
        _ => null
    };
}

public sealed record RuleRefusal(string Error);

sealed class BehaviourConverter() : JsonStringEnumConverter<Behaviour>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);

sealed class OperationConverter() : JsonStringEnumConverter<Operation>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
