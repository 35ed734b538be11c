using Billing.Notification.Queueing;
using Billing.Notification.Settings;
using Billing.Testing;

namespace Billing.Notification.Tests.Queueing;

public sealed class When_workspaces_wait
{
    [Fact]
    public void Should_give_each_its_first_message_within_one_round()
    {
        // One owns 90 % of the backlog.
        var backlogs = new List<Backlog> { new() { WorkspaceId = "big", Waiting = 9_000 } };
        backlogs.AddRange(Enumerable.Range(0, 100).Select(i => new Backlog { WorkspaceId = $"small-{i:000}", Waiting = 10 }));
        var (turns, _) = FairTurns.Take(backlogs, true, 101, RoundState.Start);
        Assert.Equal(101, turns.Select(turn => turn.WorkspaceId).Distinct().Count());
        Assert.All(turns, turn => Assert.Equal(1, turn.Messages));
    }

    [Fact]
    public void Should_go_on_with_the_next_in_the_order_that_it_is_given()
    {
        var (turns, state) = FairTurns.Take(Some(("b", 10), ("c", 10), ("a", 10)), true, 4, new RoundState("a", 0));
        Assert.Equal(["b", "c", "a", "b"], turns.Select(turn => turn.WorkspaceId));
        Assert.Equal(new RoundState("b", 0), state);
    }

    [Fact]
    public void Should_finish_a_turn_that_was_cut_short()
    {
        Backlog[] backlogs = [new() { WorkspaceId = "a", Waiting = 9, Share = 3 }, new() { WorkspaceId = "b", Waiting = 9 }];
        var (first, state) = FairTurns.Take(backlogs, true, 2, RoundState.Start);
        Assert.Equal(new RoundState("a", 1), state);
        var (second, _) = FairTurns.Take(backlogs, true, 2, state);
        Assert.Equal([new Turn("a", 2)], first);
        Assert.Equal([new Turn("a", 1), new Turn("b", 1)], second);
    }

    [Fact]
    public void Should_give_nobody_a_second_turn_before_those_who_were_not_looked_at_had_one()
    {
        var (turns, state) = FairTurns.Take(Some(("a", 10), ("b", 10)), false, 5, RoundState.Start);
        Assert.Equal(["a", "b"], turns.Select(turn => turn.WorkspaceId));
        Assert.Equal("b", state.Last);
    }

    [Theory]
    [InlineData(3, 0.75), InlineData(1, 0.5), InlineData(9, 0.9)]
    public void Should_give_a_tier_its_share(int share, double expected)
    {
        var (state, sent) = (RoundState.Start, 0);
        for (var i = 0; i < 1_000; i++)
        {
            (var turns, state) = FairTurns.Take(InTurn([("a", 100_000, share), ("b", 100_000, 1)], state), true, 7, state);
            sent += turns.Where(turn => turn.WorkspaceId == "a").Sum(turn => turn.Messages);
        }

        Assert.InRange(sent / 7_000.0, expected - 0.01, expected + 0.01);
    }

    [Fact]
    public void Should_pass_over_a_workspace_at_its_own_limit_and_waste_no_room()
    {
        Backlog[] backlogs = [new() { WorkspaceId = "a", Waiting = 50, Room = 2 }, new() { WorkspaceId = "b", Waiting = 50, Room = 0 },
            new() { WorkspaceId = "c", Waiting = 3 }, new() { WorkspaceId = "d", Waiting = 50 }];
        var (turns, _) = FairTurns.Take(backlogs, true, 20, RoundState.Start);
        Assert.Equal(
            new Dictionary<string, int> { ["a"] = 2, ["c"] = 3, ["d"] = 15 },
            turns.GroupBy(turn => turn.WorkspaceId).ToDictionary(group => group.Key, group => group.Sum(turn => turn.Messages)));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Should_send_everything_and_nothing_twice(int seed)
    {
        var dice = new Random(seed);
        var waiting = Enumerable.Range(0, 40).ToDictionary(i => $"w{i:00}", _ => dice.Next(1, 200));
        var (total, sent, state) = (waiting.Values.Sum(), 0, RoundState.Start);
        while (waiting.Count > 0)
        {
            var room = dice.Next(1, 60);
            (var turns, state) = FairTurns.Take(InTurn(waiting.Select(x => (x.Key, x.Value, 1 + (x.Value % 5))), state), true, room, state);
            Assert.Equal(Math.Min(room, waiting.Values.Sum()), turns.Sum(turn => turn.Messages));
            foreach (var turn in turns)
            {
                sent += turn.Messages;
                if ((waiting[turn.WorkspaceId] -= turn.Messages) == 0)
                    waiting.Remove(turn.WorkspaceId);
            }
        }

        Assert.Equal(total, sent);
    }

    [Fact]
    public void Should_do_nothing_without_room_or_work()
    {
        Assert.Empty(FairTurns.Take([], true, 10, RoundState.Start).Turns);
        Assert.Empty(FairTurns.Take(Some(("a", 1)), true, 0, RoundState.Start).Turns);
    }

    [Fact]
    public void Should_take_more_at_a_time_the_faster_it_goes()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        var size = new ClaimSize(10, 500, clock);
        Assert.Equal(10, size.Find(null));
        var found = new List<int>();
        foreach (var perSecond in (int[])[100, 100, 100, 5000, 5000, 5000, 30, 30, 30, 30, 30, 30, 30, 30])
        {
            size.Ended(perSecond / 10);
            clock.Advance(TimeSpan.FromMilliseconds(100));
            found.Add(size.Find(null));
        }

        Assert.InRange(found[2], 60, 94);
        Assert.Equal(500, found[5]);
        Assert.InRange(found[^1], 20, 40);
        size.Ended(5000);
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(75, size.Find(100));
    }

    [Fact]
    public void Should_take_more_at_a_time_the_slower_the_database_is()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        var size = new ClaimSize(10, 500, clock);
        for (var i = 0; i < 10; i++)
            FindNext();
        Assert.Equal(75, FindNext());
        size.Took(TimeSpan.FromMilliseconds(600));
        Assert.Equal(180, FindNext());      // half of it is left when the next is asked for: enough for 900 ms
        size.Took(TimeSpan.FromSeconds(60));
        Assert.Equal(300, FindNext());      // and never what takes more than three seconds
        for (var i = 0; i < 60; i++)
            size.Took(TimeSpan.FromMilliseconds(10));
        Assert.Equal(75, FindNext());

        int FindNext()
        {
            size.Ended(100);
            clock.Advance(TimeSpan.FromSeconds(1));
            return size.Find(100);
        }
    }

    [Fact]
    public void Should_wait_for_company_but_not_for_ever()
    {
        var since = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
        var options = new BatchOptions { Least = 10, Most = 100, LongestWait = TimeSpan.FromSeconds(2) };
        Assert.Equal((0, null), BatchSize.Decide(0, null, since, options));
        Assert.Equal((0, since.AddSeconds(2)), BatchSize.Decide(9, since, since.AddSeconds(1), options));
        Assert.Equal((9, null), BatchSize.Decide(9, since, since.AddSeconds(2), options));
        Assert.Equal((10, null), BatchSize.Decide(10, since, since, options));
        Assert.Equal((100, null), BatchSize.Decide(250, since, since, options));
    }

    // as the database gives them: the one behind the last first, or the last itself when its turn was cut short
    static List<Backlog> InTurn(IEnumerable<(string Id, int Waiting, int Share)> waiting, RoundState state)
    {
        var all = waiting.Select(x => new Backlog { WorkspaceId = x.Id, Waiting = x.Waiting, Share = x.Share })
            .OrderBy(x => x.WorkspaceId, StringComparer.Ordinal).ToList();
        var first = all.FindIndex(x => string.CompareOrdinal(x.WorkspaceId, state.Last) is var order && (state.Deficit > 0 ? order >= 0 : order > 0));
        return first < 0 ? all : [.. all[first..], .. all[..first]];
    }

    static Backlog[] Some(params (string Id, int Waiting)[] backlogs) => [.. backlogs.Select(x => new Backlog { WorkspaceId = x.Id, Waiting = x.Waiting })];
}
