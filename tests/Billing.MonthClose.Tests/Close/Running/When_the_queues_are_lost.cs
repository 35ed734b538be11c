using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Tests.House;
using Billing.MonthClose.Tests.Look.Reconciling;
using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

/// <summary>The books went back by the database's log to the middle of a run, and no queue went back with them.</summary>
public sealed class When_the_queues_are_lost : IAsyncLifetime
{
    const int Accounts = 40;

    readonly MonthCloseHouse house = new();
    readonly List<string> _ids = [.. Enumerable.Range(1, Accounts).Select(i => $"account-{i:00}")];

    public async Task InitializeAsync()
    {
        house.Settings["Limits:gateway"] = "5";
        house.Settings["Gateway:AskWithin"] = "01:00:00";       // what was prepared before may still be asked for
        await house.InitializeAsync();
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([.. _ids.Select(Sample.Account)]);
        await house.UseAsync([.. _ids.Select(id => Sample.Use(id, 1000))]);
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_pause_the_run_and_ask_for_every_step_again_when_it_is_resumed()
    {
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await Eventually.HoldsAsync(house.CapturesAsync, captures => captures.Count >= 4, "the month is charged");
        await house.BringBackAsync(async () =>
        {
            house.Settings["Limits:gateway"] = "1000";
            await LoseQueuesAsync();
            Assert.Equal(["Charging"], await house.ReadInAsync("""select distinct "CurrentState" from "Chunk" where "CurrentState" = 'Charging' """));
        });

        // nobody is asked to charge any more, and still the run says that it stands
        Assert.Equal("restore", (await house.HearsAsync<RunPaused>()).RequestedBy);
        using (var released = await house.Http.PostAsync(new Uri("api/restoration/release?why=looked&by=Ada", UriKind.Relative), null))
            released.EnsureSuccessStatusCode();
        await house.TellAsync(new ResumeRun { Period = "2026-10", RequestedBy = "jane" });

        Assert.Equal(Accounts, (await house.HearsAsync<MonthCloseSucceeded>()).Accounts);
        Assert.Equal(_ids, (await house.CapturesAsync()).Select(capture => capture.GetProperty("customer").GetString()!).Order(StringComparer.Ordinal));
        await house.BooksAgreeAsync("2026-10");
    }

    async Task LoseQueuesAsync()
    {
        var host = Uri.EscapeDataString(house.Broker.Name);
        foreach (var queue in await house.Broker.Management.GetFromJsonAsync<JsonElement[]>(new Uri($"api/queues/{host}", UriKind.Relative)) ?? [])
        {
            var name = queue.GetProperty("name").GetString()!;
            if (!name.StartsWith("month-close-", StringComparison.Ordinal))
                continue;
            using var purged = await house.Broker.Management.DeleteAsync(new Uri($"api/queues/{host}/{Uri.EscapeDataString(name)}/contents", UriKind.Relative));
            purged.EnsureSuccessStatusCode();
        }
    }
}
