namespace Billing.Contracts.MonthClose.V2;

/// <summary>
/// Command. Sets how fast all processes together may call a provider, and how many calls they may have under way. It counts within about a second, and until
/// it is set again.
/// </summary>
/// <remarks>
/// In <c>V1</c>, whoever forgets the number takes the limit away. Here no limit has to be asked for; <c>V1</c> is still obeyed as it was.
/// </remarks>
public sealed record SetProviderLimit
{
    /// <summary>Whose limit: <c>gateway</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Calls in any one second, over all processes; 0 pauses. Needed unless <see cref="Unlimited"/>, or where
    /// <see cref="InFlight"/> alone is set.</summary>
    public int? PermitsPerSecond { get; init; }

    /// <summary>Takes the limit away.</summary>
    public bool Unlimited { get; init; }

    /// <summary>Calls under way at once, over all processes, 1 to 1000. Left out, it stays as it is.</summary>
    public int? InFlight { get; init; }

    /// <summary>The person who asks; kept with the limit.</summary>
    public string? RequestedBy { get; init; }
}
