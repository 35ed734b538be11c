using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;
using Billing.Testing;

namespace Billing.Notification.Tests.Metrics;

public sealed class When_latencies_are_asked_for_by_workspace(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_tell_each_workspace_and_forget_what_is_too_old()
    {
        var busy = Enumerable.Range(1, 3).Select(_ => Mail("busy")).ToArray();
        await house.TellAsync([.. busy, Mail("quiet")]);
        var told = await Eventually.HoldsAsync(() => AskAsync(""), some => some.Length == 2 && Count(some[0]) == 3, "both are told");

        Assert.Equal([("busy", 3), ("quiet", 1)], told.Select(one => (one.GetProperty("workspaceId").GetString(), Count(one))));
        Assert.All(told, one => Assert.Equal("Email", one.GetProperty("channel").GetString()));
        Assert.All(told, one => Assert.InRange(one.GetProperty("p50").GetDouble(), 0.1, one.GetProperty("p99").GetDouble()));
        Assert.Equal("quiet", Assert.Single(await AskAsync("?workspace=quiet&days=1")).GetProperty("workspaceId").GetString());
        Assert.Empty(await AskAsync("?workspace=nobody"));
        Assert.Equal(HttpStatusCode.BadRequest, (await house.Http.GetAsync(new Uri("api/metrics/latencies?days=0", UriKind.Relative))).StatusCode);

        house.Clock.Jump(TimeSpan.FromDays(3));
        Assert.Empty(await AskAsync(""));           // since yesterday
        Assert.Equal(2, (await AskAsync("?days=7")).Length);
        house.Clock.Jump(TimeSpan.FromDays(6));
        await Eventually.HoldsAsync(() => AskAsync("?days=31"), some => some.Length == 0, "what is older than a week is gone");
    }

    static SendEmail Mail(string workspace) =>
        new() { NotificationId = Guid.NewGuid(), WorkspaceId = workspace, To = "jane@example.com", Subject = "Hello", Text = "Hello" };

    static long Count(JsonElement one) => one.GetProperty("count").GetInt64();

    async Task<JsonElement[]> AskAsync(string query) =>
        (await house.Http.GetFromJsonAsync<JsonElement[]>(new Uri($"api/metrics/latencies{query}", UriKind.Relative)))!;
}
