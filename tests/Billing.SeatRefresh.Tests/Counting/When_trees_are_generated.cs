using Billing.Persistence;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Members;
using Billing.SeatRefresh.Namespaces;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Subscriptions;
using Billing.SeatRefresh.Tests.House;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.EntityFrameworkCore;
using Xunit;
using Xunit.Abstractions;

namespace Billing.SeatRefresh.Tests.Counting;

/// <summary>The rule as a function and the rule as SQL, held against each other on trees that nobody thought of.</summary>
public sealed class When_trees_are_generated(SeatRefreshHouse house, ITestOutputHelper output) : IClassFixture<SeatRefreshHouse>
{
    /// <summary>Trees of one round trip; they share the tables, and each has names of its own.</summary>
    const int TreesAtOnce = 100;

    const int Rounds = 10;

    /// <summary>A tree as choices: small numbers, so that what breaks is small.</summary>
    sealed record Tree(int[] Parents, (int Place, int Group)[] Invitations, bool[] InvitationIsActive, int[] InvitedAs, Place[] Memberships,
        (bool Blocked, bool Bot)[] People, bool GuestsAreFree);

    sealed record Place(int Namespace, int User, int Role, int State, bool Bot, bool Raised);

    /// <summary>Three in four are what most are, or hardly anybody would ever take up a seat.</summary>
    static Gen<int> Mostly(int common, int count) => Gen.Frequency((3, Gen.Constant(common)), (1, Gen.Choose(0, count - 1)));

    static Gen<bool> Seldom => Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)));

    /// <summary>The first is the root of the subscription; one in four hangs nowhere and is a group of somebody else.</summary>
    static Gen<int[]> Parents(int namespaces) => Gen.Choose(-2, namespaces - 2).ArrayOf(namespaces)
        .Select(choices => choices.Select((choice, i) => i == 0 ? -1 : choice < 0 ? -1 : choice % i).ToArray());

    static readonly Gen<Tree> Trees =
        from namespaces in Gen.Choose(1, 9)
        from parents in Parents(namespaces)
        from invitations in Gen.Choose(0, namespaces - 1).Two().Select(two => (two.Item1, two.Item2)).Where(two => namespaces == 1 || two.Item1 != two.Item2)
            .ArrayOf(namespaces == 1 ? 0 : 4)
        from active in Seldom.Select(not => !not).ArrayOf(4)
        from invitedAs in Mostly(-1, Membership.Roles.Count).ArrayOf(4)
        from users in Gen.Choose(1, 8)
        from memberships in (
            from at in Gen.Choose(0, namespaces - 1)
            from user in Gen.Choose(0, users - 1)
            from role in Mostly(2, Membership.Roles.Count)
            from state in Mostly(0, Membership.States.Count)
            from bot in Seldom
            from raised in Seldom
            select new Place(at, user, role, state, bot, raised)).ListOf(12)
        from people in Seldom.Two().Select(two => (two.Item1, two.Item2)).ArrayOf(users)
        from guestsAreFree in Gen.Elements(true, false)
        select new Tree(parents, invitations, active, invitedAs, [.. memberships], people, guestsAreFree);

    [Fact]
    public async Task Should_count_the_same_by_the_rule_and_by_the_query()
    {
        var seeds = new Random();
        var (trees, seats, differing) = (0, 0, new List<string>());
        for (var round = 0; round < Rounds; round++)
        {
            var seed = (ulong)seeds.NextInt64();
            var generated = Trees.Sample(TreesAtOnce, new Rnd(seed, 1), TreesAtOnce).Select((tree, i) => Build($"t{round}-{i}", tree)).ToList();
            output.WriteLine($"round {round}: seed {seed}");
            var counted = await CountedAsync(generated);
            foreach (var (root, facts, guestsAreFree) in generated)
            {
                var expected = BillableSeats.Of(root, facts, guestsAreFree);
                trees++;
                seats += expected.Count;
                if (!expected.SetEquals(counted[root]))
                    differing.Add(
                        $"seed {seed}, {root}: the rule counts {string.Join(' ', expected.Order())}; "
                            + $"the query {string.Join(' ', counted[root].Order())}\n{Show(facts)}");
            }
        }

        output.WriteLine($"{trees} trees, {seats} seats");
        Assert.True(differing.Count == 0, $"{differing.Count} of {trees} differ\n{string.Join('\n', differing.Take(3))}");
        Assert.True(seats > trees, $"only {seats} seats in {trees} trees: these trees say nothing");
    }

    static (string Root, MembershipFacts Facts, bool GuestsAreFree) Build(string root, Tree tree)
    {
        string Name(int i) => i == 0 ? root : $"{root}/{i}";
        string User(int i) => $"{root}:u{i}";
        var nodes = tree.Parents.Select((parent, i) =>
            new NamespaceNode { NamespaceId = Name(i), ParentId = parent < 0 ? null : Name(parent), Kind = NamespaceNode.Group }).ToList();
        var invitations =
            tree.Invitations.Select((one, i) =>
            new Invitation
            {
                NamespaceId = Name(one.Place),
                GroupId = Name(one.Group),
                Active = tree.InvitationIsActive[i],
                Role = tree.InvitedAs[i] < 0 ? null : Membership.Roles[tree.InvitedAs[i]]
            }).DistinctBy(x =>
            (x.NamespaceId, x.GroupId)).ToList();
        var memberships = tree.Memberships.Select(one => new Membership
        {
            NamespaceId = Name(one.Namespace),
            UserId = User(one.User),
            Role = Membership.Roles[one.Role],
            State = Membership.States[one.State],
            Bot = one.Bot,
            Raised = one.Raised
        }).DistinctBy(x => (x.NamespaceId, x.UserId)).ToList();
        var people = tree.People.Select((one, i) => new Person { UserId = User(i), Blocked = one.Blocked, Bot = one.Bot }).Where((_, i) => i % 3 != 0).ToList();
        return (root, new MembershipFacts(nodes, invitations, memberships, people), tree.GuestsAreFree);
    }

    /// <summary>All at once, as a job counts a claim.</summary>
    async Task<Dictionary<string, HashSet<string>>> CountedAsync(List<(string Root, MembershipFacts Facts, bool GuestsAreFree)> trees)
    {
        var claim = Guid.NewGuid();
        return await house.WriteAsync(async (db, bulk) =>
        {
            await bulk.InsertAsync(db, trees.SelectMany(tree => tree.Facts.Namespaces).ToList());
            await bulk.InsertAsync(db, trees.SelectMany(tree => tree.Facts.Invitations).ToList());
            await bulk.InsertAsync(db, trees.SelectMany(tree => tree.Facts.Memberships).ToList());
            await bulk.InsertAsync(db, trees.SelectMany(tree => tree.Facts.People).ToList());
            await bulk.InsertAsync(db, trees.ConvertAll(tree => new Subscription
            {
                SubscriptionId = tree.Root,
                AccountId = "a",
                NamespaceId = tree.Root,
                Plan = "premium",
                Seats = 0,
                TermStart = new DateOnly(2026, 1, 1),
                TermEnd = new DateOnly(2026, 12, 31),
                GuestsAreFree = tree.GuestsAreFree,
                Claim = claim
            }));
            var scope = SeatScope.Claimed(claim);
            var looked = await SeatQuery.LookAsync(db, scope, DateTimeOffset.UnixEpoch, default);
            var seats = await db.Database.SqlQueryRaw<Seat>(SeatQuery.With(db, scope, """SELECT "SubscriptionId", "UserId" FROM billable"""),
                [false, DateTimeOffset.UnixEpoch, .. scope.Keys]).ToListAsync();
            var counted =
                trees.ToDictionary(tree => tree.Root, tree => seats.Where(seat => seat.SubscriptionId == tree.Root).Select(seat => seat.UserId).ToHashSet());
            Assert.All(trees, tree => Assert.Equal(counted[tree.Root].Count, looked[tree.Root].InUse));
            return counted;
        });
    }

    sealed record Seat(string SubscriptionId, string UserId);

    static string Show(MembershipFacts facts) => string.Join('\n', [
        .. facts.Namespaces.Select(x => $"  {x.NamespaceId} below {x.ParentId ?? "nothing"}"),
        .. facts.Invitations.Select(x => $"  {x.GroupId} invited into {x.NamespaceId} as {x.Role ?? "they are"}{(x.Active ? "" : ", taken back")}"),
        .. facts.Memberships.Select(x => $"  {x.UserId} {x.Role} {x.State} in {x.NamespaceId}{(x.Bot ? ", bot" : "")}{(x.Raised ? ", raised" : "")}"),
        .. facts.People.Where(x => x.Blocked || x.Bot).Select(x => $"  {x.UserId}{(x.Blocked ? " blocked" : "")}{(x.Bot ? " bot" : "")}")]);
}
