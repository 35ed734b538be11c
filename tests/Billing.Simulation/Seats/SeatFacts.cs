using Billing.Contracts.Seats.V1;

namespace Billing.Simulation.Seats;

/// <summary>What was told of a subscription last.</summary>
sealed record Bought(RegisterSubscription Told, DateTimeOffset At, bool Ended)
{
    /// <summary>Seats of a plan that costs something, neither on trial nor over.</summary>
    public bool IsPaid => !Ended && Told.Trial != true && Told.Seats > 0 && Told.Plan != SeatFacts.FreePlan;
}

/// <summary>
/// What was told, and taken: of each thing the newest by its own date, in whatever order it came. Seats are counted from it by the rule as a person would read
/// it, and by nothing that the service has.
/// </summary>
sealed class SeatFacts
{
    public const string FreePlan = "free";
    public const string PlanWithFreeGuests = "ultimate";

    readonly Dictionary<string, RegisterNamespace> _namespaces = [];
    readonly Dictionary<(string, string), RecordInvitation> _invitations = [];
    readonly Dictionary<(string Namespace, string User), RecordMembership> _memberships = [];
    readonly Dictionary<string, RecordUser> _users = [];
    readonly Dictionary<string, Bought> _subscriptions = [];

    public IReadOnlyDictionary<string, Bought> Subscriptions => _subscriptions;

    public void Clear()
    {
        _namespaces.Clear();
        _invitations.Clear();
        _memberships.Clear();
        _users.Clear();
        _subscriptions.Clear();
    }

    public void Take(object command)
    {
        switch (command)
        {
            case RegisterNamespaces many: Each(many.Namespaces); break;
            case RecordInvitations many: Each(many.Invitations); break;
            case RecordMemberships many: Each(many.Memberships); break;
            case RegisterSubscriptions many: Each(many.Subscriptions); break;
            case RegisterNamespace one: Newest(_namespaces, one.NamespaceId, one, told => told.ChangedAt); break;
            case RecordInvitation one: Newest(_invitations, (one.NamespaceId, one.GroupId), one, told => told.ChangedAt); break;
            case RecordMembership one: Newest(_memberships, (one.NamespaceId, one.UserId), one, told => told.ChangedAt); break;
            case RecordUser one: Newest(_users, one.UserId, one, told => told.ChangedAt); break;
            case RegisterSubscription one: Newest(_subscriptions, one.SubscriptionId, new Bought(one, one.ChangedAt!.Value, false), told => told.At); break;
            case EndSubscription one:
                Newest(_subscriptions, one.SubscriptionId, _subscriptions[one.SubscriptionId] with { At = one.ChangedAt!.Value, Ended = true },
                    told => told.At);
                break;
            default: break;     // says nothing of how things are
        }
    }

    /// <summary>Who takes up a seat of it.</summary>
    public IEnumerable<string> Seated(string subscription)
    {
        var bought = _subscriptions[subscription];
        var (root, guestsAreFree) = (bought.Told.NamespaceId, bought.Told.Plan == PlanWithFreeGuests);
        var ways = _invitations.Values.Where(one => one.State == "active" && Up(one.NamespaceId).Contains(root)).ToList();
        return _memberships.Values
            .Where(one => one is { State: "active", Bot: false } && !IsShutOut(one.UserId, root))
            .Where(one => (Up(one.NamespaceId).Contains(root) && Counts(one, null))
                || ways.Exists(way => Up(way.GroupId).Contains(one.NamespaceId) && Counts(one, way.Role)))
            .Select(one => one.UserId).Distinct();

        bool Counts(RecordMembership one, string? invitedAs) =>
            !guestsAreFree || (!IsGuest(invitedAs) && (!IsGuest(one.Role) || one.CustomRoleTakesSeat));
    }

    static bool IsGuest(string? role) => role is "guest" or "minimal_access";

    bool IsShutOut(string user, string root) =>
        (_users.TryGetValue(user, out var told) && (told.Blocked || told.Bot))
        || (_memberships.TryGetValue((root, user), out var atRoot) && atRoot.State == "banned");

    /// <summary>It, and all above it.</summary>
    IEnumerable<string> Up(string id)
    {
        for (var at = id; at is not null; at = _namespaces.GetValueOrDefault(at)?.ParentId)
            yield return at;
    }

    void Each(IEnumerable<object> commands)
    {
        foreach (var command in commands)
            Take(command);
    }

    static void Newest<TKey, T>(Dictionary<TKey, T> known, TKey key, T told, Func<T, DateTimeOffset?> at)
        where TKey : notnull
    {
        if (!known.TryGetValue(key, out var before) || !(at(told) < at(before)))
            known[key] = told;
    }
}
