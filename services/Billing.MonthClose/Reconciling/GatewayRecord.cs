using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Billing.MonthClose.Reconciling;

/// <summary>What the gateway says it took, from its own record.</summary>
sealed class GatewayRecord(HttpClient http)
{
    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public async IAsyncEnumerable<Capture> CapturesAsync(string period, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri($"simulator/record?period={period}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
            yield return JsonSerializer.Deserialize<Capture>(line, Web)!;
    }

    /// <param name="Amount">In minor units.</param>
    public sealed record Capture(string Id, Guid ChargeId, long Amount, string Currency, string Customer);
}
