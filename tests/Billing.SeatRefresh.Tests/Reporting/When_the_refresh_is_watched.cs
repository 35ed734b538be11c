using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts;
using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Reporting;

/// <summary>A house for each test: what is watched is the whole of it.</summary>
public sealed class When_the_refresh_is_watched : IAsyncLifetime
{
    static readonly DateTimeOffset Tick = DateTimeOffset.Parse("2026-10-15T06:00:00Z");

    readonly SeatRefreshHouse _house = new() { Settings = { ["Refreshing:ClaimAtOnce"] = "1" } };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Should_pause_at_capacity_nothing_and_go_on_when_there_is_some_again()
    {
        await _house.SetAsync(new SetSeatRefresh { MaxRunning = 0, RequestedBy = "operations" });
        await _house.RegisterAsync([.. Enumerable.Range(0, 20).Select(i => Sample.Subscription($"s{i}"))]);
        await _house.TellAsync(new StartSeatRefresh { DueAt = Tick });
        var paused = await Eventually.HoldsAsync(_house.StateAsync, state => state.GetProperty("draining").GetBoolean(), "the tick was taken");
        Assert.Equal((0, 0, 1, true, 0), (paused.GetProperty("running").GetInt32(), paused.GetProperty("capacity").GetInt32(),
            paused.GetProperty("dueNow").GetInt32(), paused.GetProperty("moreAreDue").GetBoolean(), paused.GetProperty("doneInLast24Hours").GetInt32()));
        Assert.True(paused.GetProperty("someWereNeverCounted").GetBoolean());

        await _house.SetAsync(new SetSeatRefresh { MaxRunning = 2 });
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt != null)), count =>
            count == 20, "all are counted");
        await _house.IsOverAsync();
        var leases = await _house.AskAsync(db => db.SlotLeases.AsNoTracking().ToListAsync());
        Assert.InRange(leases.Max(one => leases.Count(other => other.TakenAt <= one.TakenAt && (other.ReleasedAt ?? other.LeasedUntil) > one.TakenAt)), 1, 2);
        Assert.Equal(20, leases.Sum(lease => lease.Counted));

        var state = await _house.StateAsync();
        Assert.Equal((2, 0, 20),
            (state.GetProperty("capacity").GetInt32(), state.GetProperty("dueNow").GetInt32(), state.GetProperty("doneInLast24Hours").GetInt32()));
        Assert.InRange(state.GetProperty("oldestRefresh").GetDateTimeOffset(), Tick, _house.Clock.GetUtcNow());
        Assert.False(state.GetProperty("someWereNeverCounted").GetBoolean());
    }

    [Fact]
    public async Task Should_count_what_is_due_no_further_than_one_above_the_capacity()
    {
        await _house.SetAsync(new SetSeatRefresh { MaxRunning = 3, Jobs = "off" });
        await _house.RegisterAsync([.. Enumerable.Range(0, 20).Select(i => Sample.Subscription($"s{i}"))]);
        var state = await _house.StateAsync();
        Assert.Equal((4, true), (state.GetProperty("dueNow").GetInt32(), state.GetProperty("moreAreDue").GetBoolean()));
    }

    [Theory]
    [InlineData("way=bach", "way is \"bach\"; expected jobs or batch.")]
    [InlineData("way=0", "way is \"0\"; expected jobs or batch.")]
    [InlineData("dueAt=yesterday", $"dueAt is \"yesterday\"; expected {ExactInstant.Expected}.")]
    [InlineData("dueAt=2026-10-15T06:00:00", $"dueAt is \"2026-10-15T06:00:00\"; expected {ExactInstant.Expected}.")]
    public async Task Should_say_what_is_wrong_with_a_question(string question, string says)
    {
        using var answer = await _house.Http.GetAsync(new Uri($"api/seat-refresh/differences?{question}", UriKind.Relative));
        Assert.Equal((HttpStatusCode.BadRequest, says), (answer.StatusCode, await answer.Content.ReadFromJsonAsync<string>()));
    }

    [Theory]
    [InlineData("2026-10-15T08:00:00%2B02:00")]
    [InlineData("2026-10-15T08:00:00+02:00")]       // a plus sign that nobody escaped arrives as a space
    [InlineData("2026-10-15T06:00:00Z")]
    public async Task Should_understand_an_instant_with_its_offset(string dueAt)
    {
        var answer = await _house.Http.GetFromJsonAsync<JsonElement>(new Uri($"api/seat-refresh/differences?dueAt={dueAt}", UriKind.Relative));
        Assert.Equal(Tick, answer.GetProperty("dueAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task Should_not_wait_for_a_row_that_somebody_has()
    {
        await _house.RegisterAsync(Sample.Subscription("s1"));
        await using (await _house.HoldAsync("s1"))
        {
            await _house.TellAsync(new StartSeatRefresh { DueAt = Tick });
            // Skip locked: a row that somebody has is not waited for, and the drain is not over.
            await Eventually.HoldsAsync(_house.StateAsync, state =>
                state.GetProperty("draining").GetBoolean() && state.GetProperty("dueNow").GetInt32() == 1, "it is due and somebody has it");
        }

        await Eventually.HoldsAsync(() => _house.SubscriptionAsync("s1"), x => x.LastSeatRefreshAt is not null, "it is counted");
    }
}
