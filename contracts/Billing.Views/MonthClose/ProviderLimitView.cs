namespace Billing.Views.MonthClose;

/// <summary>How fast a provider may be called, over all processes: one entry of the answer of <c>GET api/limits</c>.</summary>
/// <param name="Name">Whose limit, such as <c>gateway</c>.</param>
/// <param name="PermitsPerSecond">Calls in any one second, as set or configured; null is no limit, 0 a pause.</param>
/// <param name="InFlight">Calls under way at once, as set or configured; null where each chunk has a bound of its own.</param>
/// <param name="OfAChunk">Calls of one chunk under way at once while <paramref name="InFlight"/> is null.</param>
/// <param name="Places">How many calls each process may have under way now; none where there is no limit in flight, or nothing to call for.</param>
/// <param name="SetBy">Who set the rate last.</param>
/// <param name="InFlightSetBy">Who set the calls under way last.</param>
public sealed record ProviderLimitView(
    string Name, int? PermitsPerSecond, int? InFlight, int OfAChunk, IReadOnlyList<int> Places, string? SetBy, string? InFlightSetBy);
