using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Subscriptions;

/// <summary>What is owed follows from what was bought and from the mark, after every write and not only after a count.</summary>
public sealed class When_what_was_bought_changes : IAsyncLifetime
{
    readonly SeatRefreshHouse _house = new() { Settings = { ["Refreshing:FirstPause"] = "00:00:01" } };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>Three are used of one.</summary>
    async Task ThreeAreUsedAsync(int seats)
    {
        await _house.RegisterAsync(Sample.Subscription("s1", seats));
        await _house.JoinAsync("namespace-of-s1", "ann", "bob", "cid");
        await _house.RefreshAsync("s1");
        Assert.Equal(3 - seats, (await _house.SubscriptionAsync("s1")).SeatsOwed);
    }

    /// <summary>3 of 2: 1 is owed. From the free plan on nothing is, though the count that follows cannot be saved; and that it cannot is shown.</summary>
    [Fact]
    public async Task Should_owe_nothing_on_the_free_plan_even_when_the_count_fails()
    {
        await ThreeAreUsedAsync(seats: 2);
        await _house.BreakInAsync(Sabotage.OfCounting("s1"));
        await _house.HandledAsync(Sample.Subscription("s1") with { Plan = "free" });
        Assert.Equal((3, 0), ((await _house.SubscriptionAsync("s1")).MaxSeatsUsed, (await _house.SubscriptionAsync("s1")).SeatsOwed));

        var failing = await Eventually.HoldsAsync(_house.StateAsync, state => state.GetProperty("failing").GetArrayLength() == 1, "it is among the failing");
        Assert.Contains("s1 cannot be counted", failing.GetProperty("failing")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        await _house.BreakInAsync(Sabotage.IsOver);
        await Eventually.HoldsAsync(() => _house.SubscriptionAsync("s1"), x => x is { Failures: 0, NextRefreshAt: null, RetryAt: null }, "it is counted");
        Assert.Equal(0, (await _house.SubscriptionAsync("s1")).SeatsOwed);
    }

    /// <summary>Seats 5, mark 3: nothing is owed and 2 are left. Owed 2 and 2 left stood together.</summary>
    [Fact]
    public async Task Should_never_owe_seats_and_have_some_left()
    {
        await ThreeAreUsedAsync(seats: 1);
        await _house.BreakInAsync(Sabotage.OfCounting("s1"));
        await _house.HandledAsync(Sample.Subscription("s1", seats: 5));
        var view = await _house.ViewAsync("s1");
        Assert.Equal((5, 3, 0, 2), (view.GetProperty("seats").GetInt32(), view.GetProperty("maxSeatsUsed").GetInt32(),
            view.GetProperty("seatsOwed").GetInt32(), view.GetProperty("seatsRemaining").GetInt32()));
    }

    /// <summary>Plan, trial, seats, term: each change is a row of history, with who made it, and an event; the same again is neither.</summary>
    [Fact]
    public async Task Should_note_and_tell_each_change_of_what_was_bought()
    {
        await ThreeAreUsedAsync(seats: 1);
        var told = Sample.Subscription("s1", seats: 1);
        RegisterSubscription[] changes =
        [
            told with { Plan = "ultimate" }, told with { Plan = "ultimate", Trial = true }, told with { Plan = "ultimate", Trial = true, Seats = 4 },
            told with { Plan = "ultimate", Trial = true, Seats = 4, TermEnd = new(2027, 6, 30) }
        ];
        foreach (var one in changes)
        {
            await _house.HandledAsync(one);
            await _house.HandledAsync(one);
        }

        var history = await _house.AskAsync(db => db.History.AsNoTracking().OrderBy(x => x.Version).ToListAsync());
        Assert.Equal(
            [(1, "premium", false, 1, 2026), (2, "ultimate", false, 1, 2026), (3, "ultimate", true, 1, 2026), (4, "ultimate", true, 4, 2026),
                (5, "ultimate", true, 4, 2027)],
            history.Select(x => (x.Version, x.Plan, x.Trial, x.Seats, x.TermEnd.Year)));
        Assert.Equal(["premium", "premium", "ultimate", "ultimate", "ultimate"], history.Select(x => x.PreviousPlan));
        Assert.Equal(["a test", "registration", "registration", "registration", "registration"], history.Select(x => x.ChangedBy));
        for (var version = 2; version <= 5; version++)
        {
            var heard = await _house.HearsAsync<SeatUsageChanged>(x => x.Version == version);
            var noted = history[version - 1];
            Assert.Equal((noted.Plan, noted.Trial, noted.Seats, noted.TermEnd, noted.Owed),
                (heard.Plan!, heard.Trial!.Value, heard.Seats, heard.TermEnd!.Value, heard.SeatsOwed));
        }

        Assert.Equal([2, 2, 0, 0, 0], history.Select(x => x.Owed));
        _house.Http.DefaultRequestHeaders.Accept.ParseAdd("text/plain");
        var page = await _house.Http.GetStringAsync(new Uri("api/seats/explain/s1", UriKind.Relative));
        Assert.Contains("registration; plan premium -> ultimate", page, StringComparison.Ordinal);
        Assert.Contains("registration; term 2026-01-01 to 2026-12-31 -> 2026-01-01 to 2027-06-30", page, StringComparison.Ordinal);
    }

    /// <summary>What was said of noon is handled before what was said of eleven: the newer word stays, alone and in a list.</summary>
    [Fact]
    public async Task Should_pass_over_an_older_registration_that_is_handled_late()
    {
        var noon = DateTimeOffset.Parse("2026-10-14T12:00:00Z");
        await _house.RegisterAsync(Sample.Subscription("s1", seats: 5) with { ChangedAt = noon });
        await _house.HandledAsync(Sample.Subscription("s1", seats: 3) with { ChangedAt = noon.AddHours(-1) });
        Assert.Equal(5, (await _house.SubscriptionAsync("s1")).Seats);
        await _house.HandledAsync(new RegisterSubscriptions
        {
            Subscriptions = [Sample.Subscription("s1", seats: 7) with { ChangedAt = noon.AddHours(2) }, Sample.Subscription("s1", 6) with { ChangedAt = noon }]
        });
        Assert.Equal((7, noon.AddHours(2)), ((await _house.SubscriptionAsync("s1")).Seats, (await _house.SubscriptionAsync("s1")).ChangedAt!.Value));
        await _house.HandledAsync(new EndSubscription { SubscriptionId = "s1", ChangedAt = noon.AddHours(1) });
        Assert.Null((await _house.SubscriptionAsync("s1")).EndedAt);
        Assert.Contains("ChangedAt is \"2062-10-01T12:00:00+00:00\"; expected an instant that has come.", await _house.RejectionAsync(
            Sample.Subscription("s1") with { ChangedAt = DateTimeOffset.Parse("2062-10-01T12:00:00Z") }, "2062"), StringComparison.Ordinal);
    }

    /// <summary>3 of 1: 2 are owed until it ends. Its namespace is free then, nobody counts it, and who registers it again goes on.</summary>
    [Fact]
    public async Task Should_owe_nothing_from_the_end_on()
    {
        await ThreeAreUsedAsync(seats: 1);
        await _house.HandledAsync(new EndSubscription { SubscriptionId = "s1", RequestedBy = "sales" });
        await _house.HandledAsync(new EndSubscription { SubscriptionId = "s1", RequestedBy = "sales" });
        var heard = await _house.HearsAsync<SeatUsageChanged>(x => x.Ended == true);
        Assert.Equal((2, 0, 0), (heard.Version, heard.SeatsInUse, heard.SeatsOwed));
        var ended = await _house.SubscriptionAsync("s1");
        Assert.Equal((0, 3, 0, null, 2), (ended.SeatsInUse, ended.MaxSeatsUsed, ended.SeatsOwed, ended.NextRefreshAt, ended.Version));
        var change = await _house.AskAsync(db => db.History.SingleAsync(x => x.Version == 2));
        Assert.Equal(("sales", 3, 2, false, true), (change.ChangedBy, change.PreviousInUse, change.PreviousOwed, change.PreviousEnded, change.Ended));
        Assert.Equal(0, await _house.AskAsync(db => db.Holders.CountAsync(x => x.GoneAt == null)));
        Assert.Contains("SubscriptionId is \"s1\"; expected a subscription that has not ended.",
            await _house.RejectionAsync(new RefreshSeats { SubscriptionId = "s1" }, "s1"), StringComparison.Ordinal);
        Assert.Contains("SubscriptionId is \"nobody\"; expected a subscription that is registered.",
            await _house.RejectionAsync(new EndSubscription { SubscriptionId = "nobody" }, "nobody"), StringComparison.Ordinal);

        await _house.RegisterAsync(Sample.Subscription("s2", seats: 1) with { NamespaceId = "namespace-of-s1" });
        await _house.RefreshAsync("s2");
        Assert.Equal(2, (await _house.SubscriptionAsync("s2")).SeatsOwed);
        Assert.Contains("s2 has this one", await _house.RejectionAsync(Sample.Subscription("s1", seats: 1), "s2 has this one"), StringComparison.Ordinal);
        await _house.HandledAsync(new EndSubscription { SubscriptionId = "s2" });
        await _house.HandledAsync(Sample.Subscription("s1", seats: 1));
        var again = await _house.SubscriptionAsync("s1");
        Assert.Equal((null, 3, 2), (again.EndedAt, again.SeatsInUse, again.SeatsOwed));
        Assert.NotNull(again.NextRefreshAt);
    }

    /// <summary>Ended at noon, bought again at one, ended at two; and the news of one o'clock comes last.</summary>
    [Fact]
    public async Task Should_stay_ended_when_a_registration_between_two_ends_comes_late()
    {
        var noon = DateTimeOffset.Parse("2026-10-14T12:00:00Z");
        await _house.RegisterAsync(Sample.Subscription("s1", seats: 5) with { ChangedAt = noon.AddHours(-1) });
        await _house.HandledAsync(new EndSubscription { SubscriptionId = "s1", ChangedAt = noon });
        await _house.HandledAsync(new EndSubscription { SubscriptionId = "s1", ChangedAt = noon.AddHours(2) });
        await _house.HandledAsync(Sample.Subscription("s1", seats: 5) with { ChangedAt = noon.AddHours(1) });
        var ended = await _house.SubscriptionAsync("s1");
        Assert.NotNull(ended.EndedAt);
        Assert.Equal(noon.AddHours(2), ended.ChangedAt);
        await _house.HandledAsync(Sample.Subscription("s1", seats: 5) with { ChangedAt = noon.AddHours(3) });
        Assert.Null((await _house.SubscriptionAsync("s1")).EndedAt);
    }

    /// <summary>2 are owed by one account. When another one pays, the first owes nothing any more, and the other owes them.</summary>
    [Fact]
    public async Task Should_hand_over_what_is_owed_when_another_account_pays()
    {
        await ThreeAreUsedAsync(seats: 1);
        await _house.HandledAsync(Sample.Subscription("s1", seats: 1) with { AccountId = "the-other" });
        var (gone, come) = (await _house.HearsAsync<SeatUsageChanged>(x => x.Version == 2), await _house.HearsAsync<SeatUsageChanged>(x => x.Version == 3));
        Assert.Equal(("account-of-s1", 0), (gone.AccountId, gone.SeatsOwed));
        Assert.Equal(("the-other", 2), (come.AccountId, come.SeatsOwed));
        Assert.Equal((3, 2), ((await _house.SubscriptionAsync("s1")).Version, (await _house.SubscriptionAsync("s1")).SeatsOwed));
    }

    /// <summary>Three were used in 2026. Somebody tells the term of 2025, and corrects it: the mark of May is of 2026, whatever was told meanwhile.</summary>
    [Fact]
    public async Task Should_keep_the_mark_when_a_term_that_was_told_a_year_too_early_is_corrected()
    {
        await ThreeAreUsedAsync(seats: 1);
        await _house.HandledAsync(Sample.Member("namespace-of-s1", "bob", state: "removed"));
        await _house.HandledAsync(Sample.Member("namespace-of-s1", "cid", state: "removed"));
        await _house.RefreshAsync("s1");
        await _house.HandledAsync(Sample.Subscription("s1", 1) with { TermStart = new(2025, 1, 1), TermEnd = new(2025, 12, 31) });
        await _house.RefreshAsync("s1");
        Assert.Equal(3, (await _house.SubscriptionAsync("s1")).MaxSeatsUsed);
        await _house.HandledAsync(Sample.Subscription("s1", 1));
        await _house.RefreshAsync("s1");
        var kept = await _house.SubscriptionAsync("s1");
        Assert.Equal((1, 3, 2), (kept.SeatsInUse, kept.MaxSeatsUsed, kept.SeatsOwed));
    }

    /// <summary>The other way round: a term that begins today is told by mistake and counted. The mark of the term that runs comes back with it.</summary>
    [Fact]
    public async Task Should_have_the_mark_back_when_a_term_that_was_told_too_late_is_corrected()
    {
        await ThreeAreUsedAsync(seats: 1);
        await _house.HandledAsync(Sample.Member("namespace-of-s1", "bob", state: "removed"));
        _house.Clock.Advance(TimeSpan.FromDays(3));
        var today = DateOnly.FromDateTime(_house.Clock.GetUtcNow().UtcDateTime);
        await _house.HandledAsync(Sample.Subscription("s1", 1) with { TermStart = today, TermEnd = today.AddYears(1) });
        await _house.RefreshAsync("s1");
        Assert.Equal(2, (await _house.SubscriptionAsync("s1")).MaxSeatsUsed);
        await _house.HandledAsync(Sample.Subscription("s1", 1));
        await _house.RefreshAsync("s1");
        Assert.Equal((2, 3), ((await _house.SubscriptionAsync("s1")).SeatsInUse, (await _house.SubscriptionAsync("s1")).MaxSeatsUsed));
    }

    /// <summary>Told as a trial by mistake, and corrected: the mark was set while it was paid, and stays.</summary>
    [Fact]
    public async Task Should_keep_the_mark_when_a_trial_that_never_was_is_corrected()
    {
        await ThreeAreUsedAsync(seats: 1);
        await _house.HandledAsync(Sample.Member("namespace-of-s1", "bob", state: "removed"));
        await _house.HandledAsync(Sample.Subscription("s1", 1) with { Trial = true });
        await _house.RefreshAsync("s1");
        Assert.Equal(0, (await _house.SubscriptionAsync("s1")).SeatsOwed);
        await _house.HandledAsync(Sample.Subscription("s1", 1) with { Trial = false });
        await _house.RefreshAsync("s1");
        Assert.Equal((2, 3, 2), ((await _house.SubscriptionAsync("s1")).SeatsInUse, (await _house.SubscriptionAsync("s1")).MaxSeatsUsed,
            (await _house.SubscriptionAsync("s1")).SeatsOwed));
    }
}
