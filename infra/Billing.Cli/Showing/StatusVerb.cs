using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Cli.Settings;

namespace Billing.Cli.Showing;

/// <summary><c>status</c>: whether each service is ready, why not, and where it is. 1 when one is not.</summary>
public static class StatusVerb
{
    const string Stranger = "what answers is no service of ours";

    /// <summary>A service that takes longer to say how it is, is away.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var verb = new Command("status", "Whether each service is ready, why not, and where it is.");
        verb.SetAction(async (_, cancellation) =>
        {
            var environment = BillingEnvironment.Current;
            (string Name, Uri Address)[] services =
            [
                ("scheduler", environment.Scheduler), ("seatrefresh", environment.SeatRefresh), ("monthclose", environment.MonthClose),
                ("notification", environment.Notification), ("console", environment.Console)
            ];
            var states = await Task.WhenAll(services.Select(service => LookAsync(service.Address, cancellation)));
            foreach (var (service, state) in services.Zip(states))
                Screen.Unbroken($"{service.Name,-13} {(state is null ? "ready" : $"not ready: {state}"),-9} {service.Address}");
            return states.All(state => state is null) ? 0 : 1;
        });
        return verb;
    }

    /// <returns>Null when it is ready; else why it is not.</returns>
    public static async Task<string?> LookAsync(Uri address, CancellationToken cancellation)
    {
        using var http = ServiceHttp.To(address, Patience);
        try
        {
            using var answer = await http.GetAsync(new Uri("health/ready", UriKind.Relative), cancellation);
            return answer.IsSuccessStatusCode ? null : ReasonsIn(await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return e is JsonException ? Stranger : "it does not answer";
        }
    }

    /// <summary>The checks that are not in order, each with its reason.</summary>
    static string ReasonsIn(JsonElement health) => health.ValueKind != JsonValueKind.Object || !health.TryGetProperty("checks", out var checks) ? Stranger
        : string.Join("; ", checks.EnumerateObject().Where(check => check.Value.GetProperty("status").GetString() != "Healthy")
            .Select(check => $"{check.Name}: {check.Value.GetProperty("reason").GetString()}"));
}
