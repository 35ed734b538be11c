using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Members;
using Billing.SeatRefresh.Namespaces;

namespace Billing.SeatRefresh.Seats;

/// <summary>What is known of who works where, as plain facts.</summary>
public sealed record MembershipFacts(
    IReadOnlyCollection<NamespaceNode> Namespaces, IReadOnlyCollection<Invitation> Invitations, IReadOnlyCollection<Membership> Memberships,
        IReadOnlyCollection<Person> People);

/// <summary>
/// Who takes up a seat of a namespace's subscription. The rule as a pure function; <see cref="SeatQuery"/> is the same rule as one query, and a test
/// holds the two against each other.
/// </summary>
public static class BillableSeats
{
    public static IReadOnlySet<string> Of(string root, MembershipFacts facts, bool guestsAreFree)
    {
        var tree = Descendants(root, facts.Namespaces);
        var places = facts.Invitations.Where(invitation => invitation.Active && tree.Contains(invitation.NamespaceId))
            .SelectMany(invitation => Ancestors(invitation.GroupId, facts.Namespaces).Select(at => (At: at, invitation.Role)))
            .Concat(tree.Select(at => (At: at, Role: (string?)null))).ToLookup(place => place.At, place => place.Role, StringComparer.Ordinal);

        var excluded = facts.People.Where(person => person.Bot || person.Blocked).Select(person => person.UserId)
            .Concat(facts.Memberships.Where(membership => membership.NamespaceId == root && membership.State == Membership.Banned)
            .Select(membership => membership.UserId))
            .ToHashSet(StringComparer.Ordinal);
        return facts.Memberships
            .Where(membership => !excluded.Contains(membership.UserId)
                && places[membership.NamespaceId].Any(role => TakesSeat(membership, guestsAreFree, role)))
            .Select(membership => membership.UserId).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// Active, no bot, and on plans where guests are free, more than a guest: by role, or raised by a custom role. Who comes by an invitation as a guest is
    /// one, whatever he is in his group.
    /// </summary>
    public static bool TakesSeat(Membership membership, bool guestsAreFree, string? invitedAs = null) =>
        !membership.Bot && membership.State == Membership.Active
        && (!guestsAreFree || ((invitedAs is null || !Membership.IsFree(invitedAs)) && (!Membership.IsFree(membership.Role) || membership.Raised)));

    static HashSet<string> Descendants(string root, IReadOnlyCollection<NamespaceNode> nodes)
    {
        var children = nodes.Where(node => node.ParentId is not null).ToLookup(node => node.ParentId!, node => node.NamespaceId, StringComparer.Ordinal);
        var tree = new HashSet<string>(StringComparer.Ordinal) { root };
        var level = new List<string> { root };
        for (var depth = 0; depth < NamespaceNode.Deepest && level.Count > 0; depth++)
            level = level.SelectMany(parent => children[parent]).Where(tree.Add).ToList();
        return tree;
    }

    /// <summary>The group itself, and those above it: their members are members of it.</summary>
    static IEnumerable<string> Ancestors(string group, IReadOnlyCollection<NamespaceNode> nodes)
    {
        var parents = nodes.ToDictionary(node => node.NamespaceId, node => node.ParentId, StringComparer.Ordinal);
        var depth = 0;
        for (string? at = group; at is not null && depth <= NamespaceNode.Deepest; at = parents.GetValueOrDefault(at), depth++)
            yield return at;
    }
}
