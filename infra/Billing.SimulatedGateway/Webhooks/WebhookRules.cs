namespace Billing.SimulatedGateway.Webhooks;

/// <summary>Where events go, and how badly: as a test or the demo sets them.</summary>
/// <remarks>What has a default can be set: the serializer would put nothing in the place of a default that is init-only.</remarks>
public sealed record WebhookRules
{
    /// <summary>Nothing is told while there is none.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The signing secret of the endpoint.</summary>
    public string Secret { get; set; } = "whsec_of_the_simulated_gateway";

    /// <summary>Signs with this one too, as Stripe does for a day while a secret is rolled.</summary>
    public string? OldSecret { get; init; }

    /// <summary>Makes the shares below repeatable.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>The share of events that never come, 0 to 1.</summary>
    public double Missing { get; init; }

    /// <summary>The share that comes twice, the second time some moments later.</summary>
    public double Duplicated { get; init; }

    /// <summary>The share that comes late, and so out of order.</summary>
    public double Delayed { get; init; }

    /// <summary>How late those are at most, milliseconds, 0 to 600,000.</summary>
    public int DelayMs { get; set; } = 1000;

    /// <summary>Tries of one delivery that is not answered 2xx, with growing pauses; 1 to 20.</summary>
    public int Tries { get; set; } = 5;

    /// <summary>Null when the rules make sense; else a sentence that names field, value and expectation.</summary>
    public string? Fault() => this switch
    {
        { Endpoint: { } endpoint } when !endpoint.IsAbsoluteUri || !endpoint.IsLoopback => $"endpoint: {endpoint} is not an address on this machine",
        { Secret.Length: < 16 } => "secret: shorter than 16 characters",
        { Missing: < 0 or > 1 or double.NaN } => $"missing: {Missing} is not between 0 and 1",
        { Duplicated: < 0 or > 1 or double.NaN } => $"duplicated: {Duplicated} is not between 0 and 1",
        { Delayed: < 0 or > 1 or double.NaN } => $"delayed: {Delayed} is not between 0 and 1",
        { DelayMs: < 0 or > 600_000 } => $"delay_ms: {DelayMs} is not between 0 and 600000",
        { Tries: < 1 or > 20 } => $"tries: {Tries} is not between 1 and 20",
        _ => null
    };
}

/// <summary>What became of the events so far.</summary>
/// <param name="Told">Events that happened while there was an endpoint.</param>
/// <param name="Missing">Those that by rule never come.</param>
/// <param name="Delivered">Answered 2xx; one that came twice counts twice.</param>
/// <param name="Refused">Given up after the last try.</param>
/// <param name="Waiting">On their way, or late by rule.</param>
public sealed record WebhookFigures(int Told, int Missing, int Delivered, int Refused, int Waiting);
