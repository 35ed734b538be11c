using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Subscriptions;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Walking;

/// <summary>A house for each test: a walk looks at every subscription that there is.</summary>
public sealed class When_a_way_runs_in_shadow : IAsyncLifetime
{
    static readonly DateTimeOffset Tick = DateTimeOffset.Parse("2026-10-15T06:00:00Z");

    readonly SeatRefreshHouse _house = new() { Settings = { ["Refreshing:BatchSize"] = "4" } };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    static string Namespace(string id) => $"namespace-of-{id}";

    [Fact]
    public async Task Should_report_exactly_what_differs_with_both_values_and_the_rule_and_write_nothing()
    {
        await ManyAreCountedAsync();
        await SomethingIsPlantedInEachAsync();
        var before = await EverythingAsync();
        await _house.SetAsync(new SetSeatRefresh { Batch = "shadow" });
        _house.Clock.Advance(TimeSpan.FromHours(1));     // nothing is due: the jobs leave it all alone

        await _house.TickAsync(Tick.AddHours(6));

        var found = await _house.AskAsync(db => db.Differences.AsNoTracking().ToListAsync());
        Assert.Equal(
            [
                "banned: 2/2/0 -> 1/2/0, banned: banned-2",
                "blocked: 2/2/0 -> 1/2/0, blocked: blocked-1",
                "bot: 2/2/0 -> 1/2/0, bot: bot-1",
                "group-came: 2/2/0 -> 4/4/1, invited group: pia, pit",
                "group-left: 4/4/1 -> 2/4/1, invited group: ada, ali",
                "guest: 2/2/0 -> 1/2/0, guest: guest-1",
                "guest-raised: 1/1/0 -> 2/2/0, guest raised: guest-raised-2",
                "joined: 2/2/0 -> 4/4/1, joined since: zed, zoe",
                "left: 2/2/0 -> 1/2/0, membership removed: left-2",
                "mark: 2/1/0 -> 2/2/0, stored figure: the members have not changed, the mark or what is owed does not follow from them",
                "seats: 2/2/0 -> 2/2/1, seats bought: 3 then, 1 now",
                "stored: 99/99/96 -> 2/99/96, stored figure: 99 in use, 2 in the snapshot of the count",
                "term: 2/9/6 -> 2/2/0, new term: the mark begins anew",
                "tree-came: 2/2/0 -> 3/3/0, tree: tim",
                "tree-left: 3/3/0 -> 2/3/0, tree: tom",
                "two-rules: 2/2/0 -> 0/2/0, blocked: two-rules-1; guest: two-rules-2"
            ],
            found.OrderBy(x => x.SubscriptionId, StringComparer.Ordinal)
                .Select(x => $"{x.SubscriptionId}: {x.StoredInUse}/{x.StoredMaxUsed}/{x.StoredOwed} -> {x.InUse}/{x.MaxUsed}/{x.Owed}, {x.Reason}"));
        Assert.Equal(before, await EverythingAsync());
        Assert.Empty(_house.Heard<SeatUsageChanged>(x => x.Version > 1));

        var shown = await _house.Http.GetFromJsonAsync<JsonElement>(new Uri("api/seat-refresh/differences?way=batch", UriKind.Relative));
        Assert.Equal(16, shown.GetProperty("differences").GetArrayLength());
        var told = await Eventually.HoldsAsync(() => Task.FromResult(_house.Heard<SeatDifferencesFound>()), heard =>
            heard.Sum(x => x.Differences.Length) == 16, "all are told");
        Assert.Equal(found.Select(x => x.SubscriptionId).Order(), told.SelectMany(x => x.Differences).Select(x => x.SubscriptionId).Order());
        var walk = (await _house.StateAsync()).GetProperty("walks")[0];
        Assert.Equal(("batch", "shadow", 19, 16), (walk.GetProperty("way").GetString(), walk.GetProperty("mode").GetString(), walk.GetProperty("seen")
            .GetInt32(), walk.GetProperty("differences").GetInt32()));
    }

    static readonly string[] Same = ["same-1", "same-2", "same-3"];

    /// <summary>Two people in each, but where it is said otherwise; three seats bought. In the plan of all of them guests are free.</summary>
    async Task ManyAreCountedAsync()
    {
        string[] ids = ["banned", "blocked", "bot", "group-came", "group-left", "guest", "guest-raised", "joined", "left", "mark", "seats", "stored", "term",
            "tree-came", "tree-left", "two-rules", .. Same];
        await _house.TellAsync(
            new RegisterSubscriptions { Subscriptions = [.. ids.Select(id => Sample.Subscription(id, seats: 3) with { Plan = "ultimate" })] });
        await _house.TellAsync(new RecordMemberships
        {
            Reference = "members",
            Memberships =
            [
                .. ids.SelectMany(id =>
                    new[] { Sample.Member(Namespace(id), $"{id}-1"),
                    Sample.Member(Namespace(id), $"{id}-2", role: id == "guest-raised" ? "guest" : "developer") }),
                Sample.Member("agency", "ada"), Sample.Member("agency/inner", "ali"), Sample.Member("partners", "pia"), Sample.Member("partners", "pit"),
                Sample.Member("lonely", "tim"), Sample.Member("below", "tom")
            ]
        });
        await _house.TellAsync(new RegisterNamespaces
        {
            Reference = "namespaces",
            Namespaces =
            [
                new() { NamespaceId = "agency/inner", ParentId = "agency", Kind = "group" },
                new() { NamespaceId = "below", ParentId = Namespace("tree-left"), Kind = "project" },
                new() { NamespaceId = "lonely", Kind = "project" }
            ]
        });
        await _house.TellAsync(new RecordInvitation { NamespaceId = Namespace("group-left"), GroupId = "agency/inner", State = "active" });
        await HasAsync(db => db.Subscriptions.CountAsync(), 19);
        await HasAsync(db => db.Memberships.CountAsync(), 44);
        await HasAsync(db => db.Namespaces.CountAsync(), 3);
        await HasAsync(db => db.Invitations.CountAsync(), 1);
        await _house.TickAsync(Tick);
        await HasAsync(db => db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt != null), 19);
    }

    async Task SomethingIsPlantedInEachAsync()
    {
        await _house.TellAsync(
            Sample.Member(Namespace("banned"), "banned-2", state: "banned"),
            new RecordUser { UserId = "blocked-1", Blocked = true },
            new RecordUser { UserId = "bot-1", Bot = true },
            new RecordInvitation { NamespaceId = Namespace("group-came"), GroupId = "partners", State = "active" },
            new RecordInvitation { NamespaceId = Namespace("group-left"), GroupId = "agency/inner", State = "removed" },
            Sample.Member(Namespace("guest"), "guest-1", role: "guest"),
            Sample.Member(Namespace("guest-raised"), "guest-raised-2", role: "guest") with { CustomRole = "auditor", CustomRoleTakesSeat = true },
            Sample.Member(Namespace("joined"), "zed"), Sample.Member(Namespace("joined"), "zoe"),
            Sample.Member(Namespace("left"), "left-2", state: "removed"),
            new RegisterNamespace { NamespaceId = "lonely", ParentId = Namespace("tree-came"), Kind = "project" },
            new RegisterNamespace { NamespaceId = "below", ParentId = null, Kind = "project" },
            new RecordUser { UserId = "two-rules-1", Blocked = true },
            Sample.Member(Namespace("two-rules"), "two-rules-2", role: "guest"));
        await HasAsync(db => db.Memberships.CountAsync(), 46);
        await HasAsync(db => db.Memberships.CountAsync(x => x.State == "banned" || x.State == "removed" || x.Role == "guest"), 5);
        await HasAsync(db => db.Memberships.CountAsync(x => x.Raised), 1);
        await HasAsync(db => db.People.CountAsync(), 3);
        await HasAsync(db => db.Invitations.CountAsync(x => x.Active), 1);
        await HasAsync(db => db.Invitations.CountAsync(), 2);
        await HasAsync(db =>
            db.Namespaces.CountAsync(x => x.NamespaceId == "lonely" && x.ParentId != null || x.NamespaceId == "below" && x.ParentId == null), 2);
        // What no command can do: wrong figures, as a bug or a hand would leave them.
        await _house.BreakInAsync("""
            update "Subscription" set "MaxSeatsUsed" = 1 where "SubscriptionId" = 'mark';
            update "Subscription" set "Seats" = 1 where "SubscriptionId" = 'seats';
            update "Subscription" set "SeatsInUse" = 99, "MaxSeatsUsed" = 99, "SeatsOwed" = 96 where "SubscriptionId" = 'stored';
            update "Subscription" set "MaxSetAt" = '2025-12-31', "MaxSeatsUsed" = 9, "SeatsOwed" = 6 where "SubscriptionId" = 'term';
            """);
    }

    Task<int> HasAsync(Func<SeatRefreshDbContext, Task<int>> count, int expected) =>
        Eventually.HoldsAsync(() => _house.AskAsync(count), now => now == expected, $"there are {expected}");

    /// <summary>All that a count would write, as text.</summary>
    Task<string> EverythingAsync() => _house.AskAsync(async db => JsonSerializer.Serialize(new
    {
        Subscriptions = await db.Subscriptions.AsNoTracking().OrderBy(x => x.SubscriptionId).ToListAsync(),
        History = await db.History.AsNoTracking().OrderBy(x => x.SubscriptionId).ThenBy(x => x.Version).ToListAsync(),
        Holders = await db.Holders.AsNoTracking().OrderBy(x => x.SubscriptionId).ThenBy(x => x.UserId).ToListAsync(),
        Alerts = await db.Alerts.CountAsync()
    }));

    [Fact]
    public async Task Should_count_by_the_batch_of_old_alone_when_that_is_on_and_the_jobs_are_in_shadow()
    {
        await _house.SetAsync(new SetSeatRefresh { Jobs = "shadow", Batch = "on" });
        await _house.RegisterAsync([.. Enumerable.Range(0, 10).Select(i => Sample.Subscription($"s{i}"))]);
        await _house.JoinAsync("namespace-of-s3", "ann", "bob", "cid");
        await _house.TickAsync(Tick);
        _house.Clock.Advance(TimeSpan.FromDays(2));
        await _house.TickAsync(Tick.AddDays(2));

        Assert.Equal(10, await _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt > Tick.AddDays(1))));
        Assert.Equal(0, await _house.AskAsync(db => db.SlotLeases.CountAsync()));
        var changes = await _house.AskAsync(db => db.History.Where(x => x.SubscriptionId == "s3").ToListAsync());
        Assert.Equal([("seat-refresh-batch", 3, 1)], changes.Select(x => (x.ChangedBy, x.InUse, x.Owed)));
        Assert.Equal(1, (await _house.HearsAsync<SeatUsageChanged>(x => x.SubscriptionId == "s3")).SeatsOwed);
        Assert.Equal(0, await _house.AskAsync(db => db.Differences.CountAsync(x => x.DueAt == Tick.AddDays(2) && x.Reason != "never counted")));
    }

    [Fact]
    public async Task Should_pass_by_one_that_the_batch_cannot_count_and_say_why()
    {
        await _house.SetAsync(new SetSeatRefresh { Jobs = "off", Batch = "on" });
        await _house.RegisterAsync([.. Enumerable.Range(0, 10).Select(i => Sample.Subscription($"s{i}"))]);
        await _house.BreakInAsync(Sabotage.OfCounting("s5"));
        await _house.TellAsync(new StartSeatRefresh { DueAt = Tick });
        await HasAsync(db => db.Walks.CountAsync(x => x.DoneAt != null), 1);

        Assert.Equal(["s5"], await _house.AskAsync(db => db.Subscriptions.Where(x => x.LastSeatRefreshAt == null).Select(x => x.SubscriptionId).ToListAsync()));
        Assert.Contains("s5 cannot be counted", (await _house.SubscriptionAsync("s5")).LastError, StringComparison.Ordinal);
        Assert.Equal(1, await _house.AskAsync(db => db.Walks.Select(x => x.Failed).SingleAsync()));
        var failing = Assert.Single((await _house.StateAsync()).GetProperty("failing").EnumerateArray());
        Assert.Equal("s5", failing.GetProperty("subscriptionId").GetString());
        Assert.Contains("s5 cannot be counted", failing.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_count_each_once_when_both_ways_are_on()
    {
        await _house.SetAsync(new SetSeatRefresh { Jobs = "on", Batch = "on" });
        await _house.RegisterAsync([.. Enumerable.Range(0, 30).Select(i => Sample.Subscription($"s{i}"))]);
        await _house.TellAsync(new RecordMemberships { Memberships = [.. Enumerable.Range(0, 30).Select(i => Sample.Member($"namespace-of-s{i}", "ann"))] });
        await HasAsync(db => db.Memberships.CountAsync(), 30);
        await _house.TickAsync(Tick);

        Assert.Equal(30, await _house.AskAsync(db => db.History.CountAsync()));
        Assert.Equal(30, await _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.SeatsInUse == 1 && x.Version == 1)));
        await Eventually.HoldsAsync(() => Task.FromResult(_house.Heard<SeatUsageChanged>().Count), count => count == 30, "each is told once");
    }

    [Fact]
    public async Task Should_do_nothing_when_both_ways_are_off()
    {
        await _house.SetAsync(new SetSeatRefresh { Jobs = "off", Batch = "off" });
        await _house.RegisterAsync(Sample.Subscription("s1"));
        await _house.TellAsync(new StartSeatRefresh { DueAt = Tick });
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Ticks.AnyAsync()), "the tick was taken");
        await Eventually.HoldsAsync(_house.Broker.QueuesAreEmptyAsync, "all was heard");
        Assert.Null((await _house.SubscriptionAsync("s1")).LastSeatRefreshAt);
        await _house.SetAsync(new SetSeatRefresh { Jobs = "on" });      // at run time: the drain goes on where it was held up
        await Eventually.HoldsAsync(() => _house.SubscriptionAsync("s1"), x => x.LastSeatRefreshAt is not null, "it is counted");
    }
}
