using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Billing.Notification.Delivering;
using Billing.Notification.Tests.House;
using Billing.Notification.Tests.Outlets.Twilio;
using Billing.Testing;

namespace Billing.Notification.Tests.Metrics;

/// <summary>The answers of the metrics API stand in <c>Approved/</c>, as the running service gave them after a gateway had said no.</summary>
public sealed partial class When_an_exceedance_is_shown(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Should_be_told_as_it_was_approved()
    {
        await using var gateway = new SmsGateway((_, count) => count == 1
            ? SmsGateway.Error(429, 20429, "Too Many Requests", "Retry-After: 1\r\n")
            : SmsGateway.Json(201, SmsGateway.Taken));
        await house.StopServiceAsync();
        await house.StartServiceAsync(null, gateway.Settings);
        var sms = Sample.Sms() with { WorkspaceId = "w-1042" };
        await house.TellAsync(sms);
        await Eventually.HoldsAsync(async () =>
        {
            house.Clock.Advance(TimeSpan.FromSeconds(1));
            return await house.CountAsync("Sms");
        }, counts => counts.Sent == 1, "it is sent in the end");
        Approve("workspace.json", await GetAsync("api/metrics/workspace/w-1042"));
        Approve("metrics.json", await GetAsync("api/metrics"));
    }

    Task<JsonElement> GetAsync(string path) => house.Http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative));

    /// <summary>Names, order and kinds are held; what differs from run to run is not.</summary>
    static void Approve(string file, JsonElement answer, [CallerFilePath] string here = "")
    {
        var text = Instant().Replace(JsonSerializer.Serialize(answer, Indented).ReplaceLineEndings("\n"), "2026-11-01T12:00:00+00:00");
        text = Measured().Replace(text, "$1: 1.5") + "\n";
        var approved = Path.Combine(Path.GetDirectoryName(here)!, "Approved", file);
        if (File.Exists(approved) && File.ReadAllText(approved).ReplaceLineEndings("\n") == text)
            return;
        var received = Path.ChangeExtension(approved, ".received.json");
        Directory.CreateDirectory(Path.GetDirectoryName(approved)!);
        File.WriteAllText(received, text);
        Assert.Fail($"{file} is not what was approved; compare {received}.");
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+(\+00:00|Z)")]
    private static partial Regex Instant();

    [GeneratedRegex(@"(""(avgProcessingTime|throughput|p50|p95|p99)""): [\d.]+")]
    private static partial Regex Measured();
}
