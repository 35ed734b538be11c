namespace Billing.Contracts.MonthClose.V1;

/// <summary>Command. Sets how fast all processes together may call a provider. It counts within about a second, and until it is set again.</summary>
public sealed record SetProviderLimit
{
    /// <summary>Whose limit: <c>gateway</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Calls in any one second, over all processes; 0 pauses, null is no limit.</summary>
    public required int? PermitsPerSecond { get; init; }

    /// <summary>The person who asks; kept with the limit.</summary>
    public string? RequestedBy { get; init; }
}
