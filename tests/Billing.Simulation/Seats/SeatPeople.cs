using Billing.Contracts.Seats.V1;
using Billing.Simulation.World;
using MassTransit;

namespace Billing.Simulation.Seats;

/// <summary>
/// Who tells what happens in the source of members and in sales, and operators who ask for a count, pause, and change how many jobs may run. What is told may
/// come twice, late, and in any order; each thing bears its own date.
/// </summary>
sealed class SeatPeople(Plan plan, SeatService service)
{
    const string Operator = "an operator";
    static readonly string[] Roles = ["minimal_access", "guest", "reporter", "developer", "developer", "owner"];
    static readonly string[] States = ["active", "active", "active", "active", "removed", "banned", "blocked", "awaiting"];
    static readonly string[] Plans = ["premium", "premium", SeatFacts.PlanWithFreeGuests, SeatFacts.FreePlan];
    static readonly string[] Users = ["u1", "u2", "u3", "u4", "u5"];

    /// <summary>One of them is drawn for each act; what happens often stands more than once.</summary>
    static readonly string[] Kinds = ["member", "member", "member", "member", "user", "invite", "invite", "move", "buy", "buy", "end", "count"];

    int _told;

    /// <summary>Where people work: the trees of the subscriptions first, and groups that may be invited. A parent stands before its children.</summary>
    IReadOnlyList<string> Places => [.. Enumerable.Range(1, plan.Accounts).Select(RootOf), "p1", "p2", "h1", "h2"];

    static string RootOf(int subscription) => $"g{subscription}";

    public void Reset() => _told = 0;

    /// <summary>How things are when the days begin.</summary>
    public async Task BeginAsync()
    {
        var (draw, places) = (new Random(plan.Below(int.MaxValue)), Places);
        await TellAsync(new RegisterNamespaces { Namespaces = [.. places.Select(id => Hung(id, draw, moves: false))] });
        await TellAsync(new RecordMemberships
        {
            Memberships = [.. Enumerable.Range(0, 4 + draw.Next(6)).Select(_ => Member(draw))]
        });
        await TellAsync(new RecordInvitations { Invitations = [.. Enumerable.Range(0, 2).Select(_ => Invited(draw))] });
        await TellAsync(new RegisterSubscriptions
        {
            Subscriptions = [.. Enumerable.Range(1, plan.Accounts).Select(i => Sold(i, draw) with { Trial = false })]
        });
    }

    public IEnumerable<PersonalAct> Draw(DateTimeOffset begin, TimeSpan length, TimeSpan tickEvery)
    {
        var draw = plan.Acts;
        for (var (number, acts) = (1, draw.Next(10)); number <= acts; number++)
        {
            var (how, kind) = (draw.Next(), Kinds[draw.Next(Kinds.Length)]);
            // at any time, or while seats are being counted
            var at = draw.Next(2) == 0 ? begin + (length * draw.NextDouble())
                : begin + (tickEvery * draw.Next((int)(length / tickEvery))) + TimeSpan.FromMilliseconds(draw.Next(400));
            if (plan.Happens(Mischief.Act))
                yield return new PersonalAct(at, $"act {number}: {kind}", () => TellAsync(Command(kind, new Random(how))));
        }
    }

    /// <summary>How many jobs may run is changed, and sometimes none may; the last word on that is said by who tends to it at the end.</summary>
    public IEnumerable<PersonalAct> DrawSettings(DateTimeOffset begin, TimeSpan length, TimeSpan tickEvery)
    {
        var draw = plan.Settings;
        for (var (number, changes) = (1, draw.Next(5)); number <= changes; number++)
        {
            var told = draw.Next(7) switch
            {
                6 => new SetSeatRefresh { Batch = draw.Next(2) == 0 ? "on" : "off", RequestedBy = Operator },
                0 => new SetSeatRefresh { Jobs = "off", RequestedBy = Operator },
                1 or 2 => new SetSeatRefresh { Jobs = "on", MaxRunning = 1 + draw.Next(3), RequestedBy = Operator },
                _ => new SetSeatRefresh { MaxRunning = draw.Next(4), RequestedBy = Operator }
            };
            var at = draw.Next(2) == 0 ? begin + (length * draw.NextDouble())
                : begin + (tickEvery * draw.Next((int)(length / tickEvery))) + TimeSpan.FromMilliseconds(draw.Next(400));
            if (plan.Happens(Mischief.Setting))
                yield return new PersonalAct(at, $"setting {number}: {told.MaxRunning} {told.Jobs} {told.Batch}", () => TellAsync(told));
        }
    }

    public Task TickAsync() => TellAsync(new StartSeatRefresh { DueAt = service.Clock.Now });

    public Task RunOnAsync(int maxRunning) => TellAsync(new SetSeatRefresh { MaxRunning = maxRunning, Jobs = "on", RequestedBy = Operator });

    object Command(string kind, Random draw) => kind switch
    {
        "member" => Member(draw),
        "user" => new RecordUser { UserId = Of(Users, draw), Blocked = draw.Next(2) == 0, Bot = draw.Next(4) == 0, ChangedAt = Next() },
        "invite" => Invited(draw),
        "move" => Hung(Of(Places, draw), draw, moves: true),
        "buy" => Sold(1 + draw.Next(plan.Accounts), draw),
        "end" => new EndSubscription { SubscriptionId = IdOf(1 + draw.Next(plan.Accounts)), ChangedAt = Next(), RequestedBy = Operator },
        _ => new RefreshSeats { SubscriptionId = IdOf(1 + draw.Next(plan.Accounts)), RequestedBy = Operator }
    };

    /// <summary>What moves gets another parent: one that is null would not be written into the message, and what is left out stays as it is.</summary>
    RegisterNamespace Hung(string id, Random draw, bool moves)
    {
        var places = Places;
        var before = places.TakeWhile(one => one != id).ToList();
        // a tree of a subscription may hang in that of another
        var hangs = before.Count > 0 && (moves || (draw.Next(id[0] == 'p' ? 6 : 3) != 0 && (id[0] != 'g' || draw.Next(2) == 0)));
        return new RegisterNamespace
        {
            NamespaceId = id,
            ParentId = hangs ? before[draw.Next(before.Count)] : null,
            Kind = id[0] == 'p' ? "project" : "group",
            ChangedAt = Next()
        };
    }

    RecordMembership Member(Random draw)
    {
        var raised = draw.Next(6) == 0;
        return new RecordMembership
        {
            NamespaceId = Of(Places, draw),
            UserId = Of(Users, draw),
            Role = Of(Roles, draw),
            State = Of(States, draw),
            Bot = draw.Next(10) == 0,
            CustomRole = raised ? "auditor" : null,
            CustomRoleTakesSeat = raised,
            ChangedAt = Next()
        };
    }

    RecordInvitation Invited(Random draw)
    {
        var group = draw.Next(2) == 0 ? "h1" : "h2";
        return new RecordInvitation
        {
            NamespaceId = Of([.. Places.Where(one => one != group)], draw),
            GroupId = group,
            State = draw.Next(4) == 0 ? "removed" : "active",
            Role = draw.Next(3) == 0 ? Of(Roles, draw) : null,
            ChangedAt = Next()
        };
    }

    RegisterSubscription Sold(int number, Random draw) => new()
    {
        SubscriptionId = IdOf(number),
        AccountId = $"a{number}",
        NamespaceId = RootOf(number),
        Plan = Of(Plans, draw),
        Seats = draw.Next(8) == 0 ? 0 : 1 + draw.Next(4),
        Trial = draw.Next(5) == 0,
        TermStart = DateOnly.FromDateTime(SeatSimulation.Begin.UtcDateTime).AddDays(-draw.Next(3)),
        TermEnd = DateOnly.FromDateTime(SeatSimulation.Begin.UtcDateTime).AddDays(365),
        AlertEmail = null,
        ChangedAt = Next()
    };

    static string IdOf(int subscription) => $"s{subscription}";

    static T Of<T>(IReadOnlyList<T> some, Random draw) => some[draw.Next(some.Count)];

    /// <summary>No two things have changed at the same instant.</summary>
    DateTimeOffset Next() => service.Clock.Now.AddTicks(++_told * 10);

    async Task TellAsync(object command)
    {
        var id = new Guid(++_told, 0, 0, new byte[8]);
        service.Told[id] = command;
        await service.Bus.Publish(command, context => context.MessageId = id);
    }
}
