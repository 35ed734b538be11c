using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Billing.Notification.Tests.House;
using Billing.Testing;

namespace Billing.Notification.Tests.Intake;

public sealed class When_a_person_publishes_by_hand(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    const string Namespace = "Billing.Contracts.Notification.V1";

    [Fact]
    public async Task Should_send_an_email_once_though_it_was_pasted_twice()
    {
        var id = Guid.NewGuid();
        var body = $$"""{ "notificationId": "{{id}}", "workspaceId": "pasted", "to": "jane@example.com", "subject": "Hello", "text": "We moved.\nSee you." }""";
        await house.PublishByHandAsync($"{Namespace}:SendEmail", body);
        await house.PublishByHandAsync($"{Namespace}:SendEmail", body);
        await house.HeardAllAsync();

        Assert.Equal("Sent", (await house.EndsAsync(id)).GetProperty("state").GetString());
        Assert.Contains("Subject: Hello\r\n", house.Read($"{id}.eml"));
        Assert.EndsWith("\r\n\r\nWe moved.\r\nSee you.\r\n", house.Read($"{id}.eml"));
        Assert.Single(await house.OfWorkspaceAsync("pasted"));
    }

    [Fact]
    public async Task Should_keep_a_list_without_ids_once_though_it_was_pasted_twice()
    {
        const string Body =
            """{ "emails": [ { "workspaceId": "list", "to": "jane@example.com", "subject": "Hello", "text": "one" }, { "workspaceId": "list" } ] }""";
        await house.PublishByHandAsync($"{Namespace}:SendEmails", Body);
        await house.PublishByHandAsync($"{Namespace}:SendEmails", Body);
        await house.HeardAllAsync();
        Assert.Equal(2, (await house.OfWorkspaceAsync("list")).Count);
    }

    [Fact]
    public async Task Should_write_an_sms_as_a_text_file()
    {
        var id = Guid.NewGuid();
        await house.PublishByHandAsync($"{Namespace}:SendSms",
            $$"""{ "notificationId": "{{id}}", "workspaceId": "phones", "to": "+4930123456", "text": "Grüße" }""");
        Assert.Equal("+49***56", (await house.EndsAsync(id)).GetProperty("to").GetString());
        Assert.Equal("To: +4930123456\n\nGrüße\n", house.Read($"{id}.txt"));
    }

    [Fact]
    public async Task Should_say_which_messages_it_knows_when_another_service_asks()
    {
        var id = Guid.NewGuid();
        await house.PublishByHandAsync($"{Namespace}:SendSms",
            $$"""{ "notificationId": "{{id}}", "workspaceId": "phones", "to": "+4930123456", "text": "Hi" }""");
        await house.EndsAsync(id);
        var found = await house.FindAsync([id, Guid.NewGuid()]);
        Assert.Equal((id, "Sent"), (Assert.Single(found).NotificationId, found[0].State));
    }

    /// <summary>The bodies of <c>contracts/README.md</c>, exactly as they stand there.</summary>
    [Theory]
    [InlineData("SendEmail", 1), InlineData("SendEmails", 2), InlineData("SendSms", 1)]
    public async Task Should_do_what_the_example_says_once_though_it_was_pasted_twice(string command, int messages)
    {
        var body = ReadmeExamples.All[$"{Namespace}:{command}"];
        await house.PublishByHandAsync($"{Namespace}:{command}", body);
        await house.PublishByHandAsync($"{Namespace}:{command}", body);
        await house.HeardAllAsync();

        var ids = Regex.Matches(body, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").Select(id => Guid.Parse(id.Value)).ToList();
        Assert.Equal(messages, ids.Count);
        foreach (var id in ids)
        {
            Assert.Equal("Sent", (await house.EndsAsync(id)).GetProperty("state").GetString());
            Assert.Single(house.Files, file => file.StartsWith($"{id}", StringComparison.Ordinal));
        }
    }

    /// <summary>What people set: as the examples say it, and again, which changes nothing more.</summary>
    [Fact]
    public async Task Should_obey_the_examples_though_they_were_pasted_twice()
    {
        foreach (var command in (string[])["SetSendingLimit", "SetTier", "SetWorkspaceTier", "PauseWorkspace"])
        {
            await PasteTwiceAsync(command);
            await house.HeardAllAsync();
        }

        var sms = (await GetAsync("api/limits")).EnumerateArray().Single(limit => limit.GetProperty("channel").GetString() == "Sms");
        Assert.Equal((40, 5), (sms.GetProperty("perSecond").GetInt32(), sms.GetProperty("inFlight").GetInt32()));
        Assert.Equal("Kim", sms.GetProperty("changes")[0].GetProperty("by").GetString());
        Assert.Equal("""[{"name":"premium","weight":4,"emailPerSecond":20,"smsPerSecond":10,"setBy":"Kim"}]""",
            Regex.Replace((await GetAsync("api/tiers")).GetRawText(), ",\"setAt\":\"[^\"]*\"", ""));
        Assert.Equal("premium", (await GetAsync("api/workspaces/acme")).GetProperty("tier").GetString());
        Assert.True((await GetAsync("api/workspaces/noisy")).GetProperty("isPaused").GetBoolean());

        await PasteTwiceAsync("ResumeWorkspace");
        await PasteTwiceAsync("ReplayNotifications");
        await house.HeardAllAsync();
        Assert.False((await GetAsync("api/workspaces/noisy")).GetProperty("isPaused").GetBoolean());
    }

    async Task PasteTwiceAsync(string command)
    {
        for (var i = 0; i < 2; i++)
            await house.PublishByHandAsync($"{Namespace}:{command}", ReadmeExamples.All[$"{Namespace}:{command}"]);
    }

    async Task<System.Text.Json.JsonElement> GetAsync(string path) =>
        await house.Http.GetFromJsonAsync<System.Text.Json.JsonElement>(new Uri(path, UriKind.Relative));
}
