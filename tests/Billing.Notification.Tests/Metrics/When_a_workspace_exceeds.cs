using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Metrics;
using Billing.Notification.Queueing;
using Billing.Notification.Tests.House;
using Billing.Notification.Tests.Outlets.Twilio;
using Billing.Testing;
using MassTransit;

namespace Billing.Notification.Tests.Metrics;

/// <summary>The figures of the running service, after a gateway has really said no.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class When_a_workspace_exceeds(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_survive_a_restart_and_be_reset_only_in_its_scope_and_audited()
    {
        await using var gateway = TooFast("+4930123403", "+4930123404");
        await StartAsync(gateway);
        var (email, one, other) = (Sample.Receipt(), Sample.Sms() with { WorkspaceId = "reset-me", To = "+4930123403" },
            Sample.Sms() with { WorkspaceId = "leave-me", To = "+4930123404" });
        await house.TellAsync(email, one, other);
        foreach (var id in (Guid[])[email.NotificationId, one.NotificationId, other.NotificationId])
            await house.EndsAsync(id);       // the second try comes a second later, and would be counted after a reset
        await WorkspaceAsync("reset-me", OneSms);
        await WorkspaceAsync("leave-me", OneSms);
        var before = await Eventually.HoldsAsync(MetricsAsync, metrics => Emails(metrics) > 0, "an e-mail is counted");

        await house.StopServiceAsync();
        await house.StartServiceAsync(null, gateway.Settings);
        var after = await MetricsAsync();
        Assert.True(after.GetProperty("count").GetInt64() >= before.GetProperty("count").GetInt64());
        Assert.Equal(Emails(before), Emails(after));
        Assert.True(OneSms(await WorkspaceAsync("reset-me", _ => true)));

        // a workspace: nobody else's, and no total
        await ResetAsync(new { workspaceId = "reset-me", by = "jane" });
        Assert.Empty((await WorkspaceAsync("reset-me", _ => true)).GetProperty("sms").GetProperty("details").EnumerateArray());
        Assert.True(OneSms(await WorkspaceAsync("leave-me", _ => true)));
        Assert.True((await MetricsAsync()).GetProperty("sms").GetProperty("rateExceededCount").GetInt64() >= 2);

        // a channel: not the other
        await ResetAsync(new { type = "sms", by = "jane" });
        var sms = await MetricsAsync();
        Assert.Equal((0, 0), (sms.GetProperty("sms").GetProperty("count").GetInt64(), sms.GetProperty("sms").GetProperty("rateExceededCount").GetInt64()));
        Assert.False(OneSms(await WorkspaceAsync("leave-me", _ => true)));
        Assert.Equal(Emails(before), Emails(sms));

        await ResetAsync(new { by = "joe" });
        Assert.Equal(0, Emails(await MetricsAsync()));
        var resets = (await house.Http.GetFromJsonAsync<JsonElement[]>(new Uri("api/metrics/resets", UriKind.Relative)))!;
        Assert.Equal([("all", "joe", null), ("sms", "jane", null), ("workspace", "jane", "reset-me")],
            resets.Take(3).Select(reset =>
                (reset.GetProperty("scope").GetString(), reset.GetProperty("by").GetString(), reset.GetProperty("workspaceId").GetString())));

        // counting goes on from nought
        var next = Sample.Receipt();
        await house.TellAsync(next);
        await house.EndsAsync(next.NotificationId);
        await Eventually.HoldsAsync(MetricsAsync, metrics => Emails(metrics) == 1, "one e-mail is counted since");
    }

    [Fact]
    public async Task Should_keep_the_newest_and_alert_once_in_each_window()
    {
        var alerts = new ConcurrentQueue<WorkspaceExceededTooOften>();
        await using var listening = await house.ListenAsync<WorkspaceExceededTooOften>(alerts.Enqueue);
        await using var gateway = new SmsGateway((_, _) => SmsGateway.Error(429, 20429, "Too Many Requests"));
        await StartAsync(gateway);
        // ninety-five from yesterday, so that the list overflows before long
        await house.BreakInAsync("""
            insert into "Exceedance" ("ExceedanceId", "WorkspaceId", "Channel", "At", "BatchSize", "ErrorMessage")
            select gen_random_uuid(), 'noisy', 'Sms', now() - interval '1 day' + n * interval '1 second', 1, 'old' from generate_series(1, 95) n
            """, rows: 95);
        await house.TellAsync(Sample.Sms() with { WorkspaceId = "noisy" });
        await Eventually.HoldsAsync(async () =>
        {
            house.Clock.Advance(TimeSpan.FromSeconds(3));
            return await WorkspaceAsync("noisy", _ => true);
        }, workspace => workspace.GetProperty("sms").GetProperty("count").GetInt64() >= 12, "it exceeded twelve times");
        var noisy = await WorkspaceAsync("noisy", _ => true);
        var details = noisy.GetProperty("sms").GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("timestamp").GetDateTimeOffset())
            .ToList();
        Assert.Equal(100, details.Count);
        Assert.Equal(details.OrderDescending(), details);
        Assert.InRange(noisy.GetProperty("sms").GetProperty("details").EnumerateArray()
            .Count(detail => detail.GetProperty("errorMessage").GetString() == "old"), 1, 88);
        Assert.Equal(noisy.GetProperty("sms").GetProperty("lastExceeded").GetDateTimeOffset(), details[0]);
        await Eventually.HoldsAsync(() => Task.FromResult(alerts.Count), count => count >= 1, "the alert is told");

        // no window is an hour old by now, however the clock was moved
        var alert = Assert.Single(alerts);
        Assert.Equal(("noisy", "Sms", 10, "20429: Too Many Requests"), (alert.WorkspaceId, alert.Channel, alert.Count, alert.ErrorMessage));
        house.Clock.Advance(TimeSpan.FromHours(1));
        await Eventually.HoldsAsync(() =>
        {
            house.Clock.Advance(TimeSpan.FromSeconds(3));
            return Task.FromResult(alerts.Count);
        }, count => count == 2, "the next window has its own alert");
        Assert.NotEqual(alert.Since, alerts.Last().Since);
    }

    [Fact]
    public async Task Should_count_it_when_our_own_limiter_says_no()
    {
        await house.StopServiceAsync();
        await house.StartServiceAsync(null, ("Sending:Tiers:slow:EmailPerSecond", "2"), ("Sending:DefaultTier", "slow"));
        await house.TellAsync(new SendEmails { Emails = [.. Enumerable.Range(0, 12).Select(_ => Sample.Receipt(workspace: "held-back"))] });
        var held = await WorkspaceAsync("held-back", workspace => workspace.GetProperty("email").GetProperty("count").GetInt64() >= 2);
        Assert.Matches("^the workspace's own limit leaves [0-9]+ of the [0-9]+ that are ready$", held.GetProperty("email")
            .GetProperty("details")[0].GetProperty("errorMessage").GetString());
        Assert.Equal(0, held.GetProperty("sms").GetProperty("count").GetInt64());
        await Eventually.HoldsAsync(() => house.OfWorkspaceAsync("held-back"), all =>
            all.Count(message => message.GetProperty("state").GetString() == "Sent") == 12, "all are sent in the end");
        // once a second, not once a look
        Assert.InRange((await WorkspaceAsync("held-back", _ => true)).GetProperty("email").GetProperty("count").GetInt64(), 2, 12);
    }

    [Fact]
    public async Task Should_show_demand_against_the_limit_and_the_same_figures_to_Prometheus()
    {
        await house.StopServiceAsync();
        house.Clock.Advance(TimeSpan.FromMinutes(2));       // a minute's limit is written down once
        await house.StartServiceAsync(null, ("Sending:Email:Kind", "Window"));
        await house.TellAsync(Sample.List(50));
        await house.CountsBecomeAsync(counts => counts.Sent >= 50, "fifty are sent");
        await Eventually.HoldsAsync(async () =>
            (await house.Http.GetFromJsonAsync<JsonElement[]>(new Uri("api/metrics/demand?channel=email", UriKind.Relative)))!,
            minutes => minutes.Sum(minute => minute.GetProperty("sent").GetInt64()) is >= 50 and var sent
                && sent == minutes.Sum(minute => minute.GetProperty("demand").GetInt64())
                    && minutes.Any(minute => minute.GetProperty("limitPerSecond") is { ValueKind: JsonValueKind.Number } limit && limit.GetInt32() == 100),
            "the minutes show them beside the limit");

        await Eventually.HoldsAsync(() => house.Http.GetStringAsync(new Uri("metrics", UriKind.Relative)), text =>
            ((string[])["billing_notification_success{channel=\"email\"} ", "billing_notification_rate_exceeded{channel=\"sms\"} ",
                "billing_notification_processing_time{channel=\"email\",quantile=\"0.5\"} ",
                "billing_notification_processing_time{channel=\"email\",quantile=\"0.95\"} ",
                    "billing_notification_processing_time{channel=\"email\",quantile=\"0.99\"} "]).All(text.Contains), "Prometheus is shown the same");
    }

    [Theory]
    [InlineData("""{ "type": "fax" }""", "type is \"fax\"; expected sms, email or all, or a workspaceId.")]
    [InlineData("""{ "type": "sms", "workspaceId": "w" }""", "expected a type, or a workspaceId of 1 to 256 characters.")]
    [InlineData("{", "The body cannot be read")]
    public async Task Should_say_what_can_be_reset(string body, string because)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await house.Http.PostAsync(new Uri("api/metrics/reset", UriKind.Relative), content);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(because, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    async Task StartAsync(SmsGateway gateway)
    {
        await house.StopServiceAsync();
        await house.StartServiceAsync(null, gateway.Settings);
    }

    /// <summary>Says no to each of these numbers once.</summary>
    static SmsGateway TooFast(params string[] numbers)
    {
        var once = new ConcurrentDictionary<string, bool>();
        return new SmsGateway((request, _) => numbers.Contains(request.Fields["To"]) && once.TryAdd(request.Fields["To"], true)
            ? SmsGateway.Error(429, 20429, "Too Many Requests", "Retry-After: 1\r\n")
            : SmsGateway.Json(201, SmsGateway.Taken));
    }

    Task SendAsync(string workspace, params string[] numbers) =>
        house.TellAsync([.. numbers.Select(number => Sample.Sms() with { WorkspaceId = workspace, To = number })]);

    Task<JsonElement> WorkspaceAsync(string id, Func<JsonElement, bool> expected) =>
        Eventually.HoldsAsync(() =>
            house.Http.GetFromJsonAsync<JsonElement>(new Uri($"api/metrics/workspace/{id}", UriKind.Relative)), expected, $"the figures of {id}");

    Task<JsonElement> MetricsAsync() => house.Http.GetFromJsonAsync<JsonElement>(new Uri("api/metrics", UriKind.Relative));

    async Task ResetAsync(object body)
    {
        using var answer = await house.Http.PostAsJsonAsync(new Uri("api/metrics/reset", UriKind.Relative), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    static bool OneSms(JsonElement workspace) => workspace.GetProperty("sms").GetProperty("count").GetInt64() == 1;

    static long Emails(JsonElement metrics) => metrics.GetProperty("email").GetProperty("success").GetInt64();
}
