using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;
using Billing.Testing;

namespace Billing.Notification.Tests;

public sealed class When_an_id_stands_in_a_URL(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    /// <summary>Every endpoint of the service, also one that is added later: slash, percent, question mark, dots, plus, space, whatever can be printed.</summary>
    [Fact]
    public async Task Should_read_any_printable_id_at_every_endpoint() =>
        Assert.Equal(["/api/contacts/{**id:minlength(1)}", "/api/letters/{template}", "/api/metrics/workspace/{**workspaceId:minlength(1)}", "/api/workspaces/{**id:minlength(1)}"], (await house.AllEndpointsReadOddIdsAsync()).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Workspaces))]
    public async Task Should_answer_for_a_workspace_of_any_name(string id)
    {
        await house.TellAsync(new PauseWorkspace { WorkspaceId = id });
        var address = OddIds.Address(house.Http.BaseAddress, $"api/workspaces/{OddIds.Escape(id)}");
        await Eventually.HoldsAsync(async () => (await house.Http.GetAsync(address)).IsSuccessStatusCode, $"{id} is known");

        Assert.Equal(id, (await house.Http.GetFromJsonAsync<JsonElement>(address)).GetProperty("workspaceId").GetString());
        var figures = OddIds.Address(house.Http.BaseAddress, $"api/metrics/workspace/{OddIds.Escape(id)}");
        Assert.Equal(id, (await house.Http.GetFromJsonAsync<JsonElement>(figures)).GetProperty("workspaceId").GetString());
        Assert.Empty((await house.Http.GetFromJsonAsync<JsonElement[]>(
            OddIds.Address(house.Http.BaseAddress, $"api/notifications?workspace={Uri.EscapeDataString(id)}")))!);
    }

    public static TheoryData<string> Workspaces => [.. OddIds.All];

    /// <summary>As a person types it.</summary>
    [Fact]
    public async Task Should_take_a_slash_as_it_is_written()
    {
        await house.TellAsync(new PauseWorkspace { WorkspaceId = "acme/emea" });

        await Eventually.HoldsAsync(async () => (await house.Http.GetAsync(new Uri("api/workspaces/acme/emea", UriKind.Relative))).IsSuccessStatusCode,
            "it is found");
    }
}
