using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Intake;

public sealed class When_many_are_told_at_once(SeatRefreshHouse house) : IClassFixture<SeatRefreshHouse>
{
    async Task<SeatRecordsTaken> TellAsync(object list, string reference)
    {
        await house.TellAsync(list);
        return await house.HearsAsync<SeatRecordsTaken>(x => x.Reference == reference);
    }

    [Fact]
    public async Task Should_take_a_thousand_memberships_and_answer_each_bad_one_by_its_place()
    {
        var rows = Enumerable.Range(0, 1000).Select(i => Sample.Member($"m/{i % 50}", $"u{i}")).ToArray();
        rows[7] = rows[7] with { Role = "boss" };
        rows[500] = rows[500] with { UserId = "no\nid", State = "here" };
        var taken = await TellAsync(new RecordMemberships { Memberships = rows, Reference = "thousand" }, "thousand");
        Assert.Equal((998, 0, "memberships"), (taken.Taken, taken.Unchanged, taken.What));
        Assert.Equal([7, 500], taken.Rejected.Select(x => x.Index));
        Assert.Equal(["Role is \"boss\"; expected minimal_access, guest, planner, reporter, developer, maintainer or owner."], taken.Rejected[0].Reasons);
        Assert.Equal(2, taken.Rejected[1].Reasons.Length);
        Assert.Equal(998, await house.AskAsync(db => db.Memberships.CountAsync(x => x.NamespaceId.StartsWith("m/"))));
    }

    /// <summary>Whatever one row holds, the rows around it are taken.</summary>
    [Fact]
    public async Task Should_not_let_a_row_that_no_table_can_hold_stop_the_others()
    {
        var taken = await TellAsync(new RecordMemberships
        {
            Reference = "poison",
            Memberships = [Sample.Member("poison", "ann"), Sample.Member("poison", "bob") with { CustomRole = "a\0b" },
                Sample.Member("poison", "cid") with { ChangedAt = DateTimeOffset.Parse("2062-10-01T12:00:00+02:00") }, Sample.Member("poison", "dan")]
        }, "poison");
        Assert.Equal(2, taken.Taken);
        Assert.Equal(
            ["CustomRole is \"a\0b\"; expected at most 64 characters, none of them a control character.",
                "ChangedAt is \"2062-10-01T12:00:00+02:00\"; expected an instant that has come."],
            taken.Rejected.SelectMany(x => x.Reasons));
        var contracts =
            await TellAsync(new RegisterSubscriptions
            {
                Reference = "poison-2",
                Subscriptions = [Sample.Subscription("p1") with { AlertEmail = "a@b\0" }, Sample.Subscription("p2")]
            }, "poison-2");
        Assert.Equal((1, "p1"), (contracts.Taken, Assert.Single(contracts.Rejected).Key));
    }

    [Fact]
    public async Task Should_say_when_nothing_was_new_and_pass_over_old_news()
    {
        var at = DateTimeOffset.Parse("2026-10-14T12:00:00Z");
        RecordMembership[] rows = [Sample.Member("again", "ann") with { ChangedAt = at }, Sample.Member("again", "bob") with { ChangedAt = at }];
        Assert.Equal(2, (await TellAsync(new RecordMemberships { Memberships = rows, Reference = "again-1" }, "again-1")).Taken);
        var second =
            await TellAsync(new RecordMemberships
            {
                Memberships = [rows[0], rows[1] with { Role = "guest", ChangedAt = at.AddMinutes(-1) }],
                Reference = "again-2"
            }, "again-2");
        Assert.Equal((0, 2), (second.Taken, second.Unchanged));
        var third = await TellAsync(
            new RecordMemberships { Memberships = [rows[0] with { Role = "owner", ChangedAt = at.AddMinutes(1) }, rows[1]], Reference = "again-3" }, "again-3");
        Assert.Equal((1, 1), (third.Taken, third.Unchanged));
        Assert.Equal(["owner", "developer"], await house.AskAsync(db =>
            db.Memberships.Where(x => x.NamespaceId == "again").OrderBy(x => x.UserId).Select(x => x.Role).ToListAsync()));
    }

    /// <summary>Of two rows about the same in one message the later counts, unless it says itself that it is older.</summary>
    [Fact]
    public async Task Should_take_the_later_of_two_rows_about_the_same()
    {
        var at = DateTimeOffset.Parse("2026-10-14T12:00:00Z");
        var taken = await TellAsync(new RecordMemberships
        {
            Reference = "twice",
            Memberships =
            [
                Sample.Member("twice", "ann", role: "guest"), Sample.Member("twice", "bob", role: "guest") with { ChangedAt = at },
                Sample.Member("twice", "ann", role: "owner"), Sample.Member("twice", "bob", role: "owner") with { ChangedAt = at.AddMinutes(-1) }
            ]
        }, "twice");
        Assert.Equal((2, 2), (taken.Taken, taken.Unchanged));
        Assert.Equal(["owner", "guest"], await house.AskAsync(db =>
            db.Memberships.Where(x => x.NamespaceId == "twice").OrderBy(x => x.UserId).Select(x => x.Role).ToListAsync()));
        await TellAsync(new RegisterSubscriptions
        {
            Reference = "twice-2",
            Subscriptions = [Sample.Subscription("t1", seats: 1), Sample.Subscription("t1", seats: 2)]
        }, "twice-2");
        Assert.Equal(2, await house.AskAsync(db => db.Subscriptions.Where(x => x.SubscriptionId == "t1").Select(x => x.Seats).SingleAsync()));
    }

    /// <summary>Late, out of order, and twice: whatever comes when, the newest word is what stays.</summary>
    [Fact]
    public async Task Should_end_with_the_newest_word_about_everything_in_whatever_order_it_comes()
    {
        var at = DateTimeOffset.Parse("2026-10-14T12:00:00Z");
        foreach (var (hour, order) in ((int, int)[])[(2, 1), (3, 2), (1, 3), (3, 4)])
        {
            var changed = at.AddHours(hour);
            await TellAsync(new RecordMemberships
            {
                Reference = $"late-m{order}",
                Memberships = [Sample.Member("late", "ann", state: hour == 3 ? "removed" : "active") with { ChangedAt = changed }]
            }, $"late-m{order}");
            await TellAsync(new RecordUsers { Reference = $"late-u{order}", Users = [new() { UserId = "late-ann", Blocked = hour == 3, ChangedAt = changed }] },
                $"late-u{order}");
            await TellAsync(
                new RecordInvitations
                {
                    Reference = $"late-i{order}",
                    Invitations = [new() { NamespaceId = "late", GroupId = "late-group", State = hour == 3
                ? "removed" : "active", ChangedAt = changed }]
                }, $"late-i{order}");
            await TellAsync(
                new RegisterNamespaces
                {
                    Reference = $"late-n{order}",
                    Namespaces = [new() { NamespaceId = "late/web", ParentId = hour == 3 ? null
                : "late", Kind = "project", ChangedAt = changed }]
                }, $"late-n{order}");
        }

        Assert.Equal("removed", await house.AskAsync(db => db.Memberships.Where(x => x.NamespaceId == "late").Select(x => x.State).SingleAsync()));
        Assert.True(await house.AskAsync(db => db.People.Where(x => x.UserId == "late-ann").Select(x => x.Blocked).SingleAsync()));
        Assert.False(await house.AskAsync(db => db.Invitations.Where(x => x.NamespaceId == "late").Select(x => x.Active).SingleAsync()));
        Assert.Null(await house.AskAsync(db => db.Namespaces.Where(x => x.NamespaceId == "late/web").Select(x => x.ParentId).SingleAsync()));
    }

    [Fact]
    public async Task Should_keep_a_tree_a_tree()
    {
        var taken = await TellAsync(new RegisterNamespaces
        {
            Reference = "ring",
            Namespaces =
            [
                new() { NamespaceId = "r1", Kind = "group" }, new() { NamespaceId = "r2", ParentId = "r1", Kind = "group" },
                    new() { NamespaceId = "r3", ParentId = "r2", Kind = "project" },
                new() { NamespaceId = "r1", ParentId = "r3", Kind = "group" }, new() { NamespaceId = "r4", ParentId = "r4", Kind = "group" },
                .. Enumerable.Range(1, 20).Select(i => new RegisterNamespace { NamespaceId = $"d{i}", ParentId = $"d{i - 1}", Kind = "group" })
            ]
        }, "ring");
        Assert.Equal([3, 4, 24], taken.Rejected.Select(x => x.Index));
        Assert.Equal(["ParentId is \"r3\"; expected a namespace that does not hang below r1."], taken.Rejected[0].Reasons);
        Assert.Equal(["ParentId is \"d19\"; expected a namespace at most 19 levels deep."], taken.Rejected[2].Reasons);
        Assert.Null(await house.AskAsync(db => db.Namespaces.Where(x => x.NamespaceId == "r1").Select(x => x.ParentId).SingleAsync()));
    }

    /// <summary>What hangs below comes along: e0 to e19 have 20 levels; 5 more under the 16th were cut off, and nobody counted who works there.</summary>
    [Fact]
    public async Task Should_refuse_to_move_a_tree_to_where_it_would_grow_too_deep()
    {
        RegisterNamespace Hung(string id, string? parent) => new() { NamespaceId = id, ParentId = parent, Kind = "group" };
        await TellAsync(new RegisterNamespaces
        {
            Reference = "deep-1",
            Namespaces =
            [
                Hung("e0", null), .. Enumerable.Range(1, 19).Select(i => Hung($"e{i}", $"e{i - 1}")),
                Hung("f0", null), .. Enumerable.Range(1, 4).Select(i => Hung($"f{i}", $"f{i - 1}")), Hung("g1", "g0")
            ]
        }, "deep-1");
        var moved = await TellAsync(new RegisterNamespaces
        {
            Reference = "deep-2",
            // f0 brings four levels, and fits below e14; g0 was never told of, and has a child
            Namespaces = [Hung("f0", "e15"), Hung("f0", "e14"), Hung("g0", "e18"), Hung("g0", "e17"), Hung("f4", "e19"), Hung("f4", "f0"), Hung("f0", "e17")]
        }, "deep-2");
        Assert.Equal([0, 2, 4, 6], moved.Rejected.Select(x => x.Index));
        Assert.Equal(["ParentId is \"e15\"; expected a namespace at most 15 levels deep, since 4 levels hang below f0."], moved.Rejected[0].Reasons);
        Assert.Equal(["ParentId is \"e18\"; expected a namespace at most 18 levels deep, since 1 level hangs below g0."], moved.Rejected[1].Reasons);
        // f4 hangs below f0 itself by now
        Assert.Contains("expected a namespace at most 16 levels deep, since 3 levels hang below f0",
            await house.RejectionAsync(Hung("f0", "e16"), "e16"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_refuse_a_second_subscription_of_a_namespace_and_take_the_others()
    {
        var taken = await TellAsync(new RegisterSubscriptions
        {
            Reference = "contracts",
            Subscriptions = [Sample.Subscription("c1"), Sample.Subscription("c2") with { NamespaceId = "namespace-of-c1" }, Sample.Subscription("c3"),
                Sample.Subscription("c4") with { Seats = -1 }]
        }, "contracts");
        Assert.Equal((2, 0), (taken.Taken, taken.Unchanged));
        Assert.Equal(["c2", "c4"], taken.Rejected.Select(x => x.Key));
        Assert.Equal(["NamespaceId is \"namespace-of-c1\"; expected a namespace without a subscription; c1 has this one."], taken.Rejected[0].Reasons);
        Assert.Equal(["Seats is \"-1\"; expected 0 to 10,000,000 seats."], taken.Rejected[1].Reasons);
    }

    [Fact]
    public async Task Should_refuse_a_list_that_is_too_long() =>
        Assert.Contains("expected 1 to 1,000 of them",
            await house.RejectionAsync(new RecordUsers { Users = [.. Enumerable.Range(0, 1001).Select(i => new RecordUser { UserId = $"u{i}" })] },
            "1 to 1,000"), StringComparison.Ordinal);
}
