using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Namespaces;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Intake;

/// <summary>Notes where namespaces hang, and which groups are invited where.</summary>
sealed class NamespaceStore(SeatRefreshDbContext db, LatestStateStore states)
{
    public Task<int> WriteAsync(IReadOnlyCollection<RegisterNamespace> told, CancellationToken cancellationToken)
    {
        var ids = told.Select(x => x.NamespaceId).Distinct().ToList();
        var whole = WithParents(told);
        var hung = whole.Where(x => x.Tells(nameof(x.ParentId))).Select(x => x.NamespaceId).ToHashSet(StringComparer.Ordinal);
        return states.WriteAsync(
            "namespace", whole.Select(ToNode), x => x.NamespaceId, x => x.ChangedAt,
            () => db.Namespaces.Where(x => ids.Contains(x.NamespaceId)).OrderBy(x => x.NamespaceId),
            (old, one) =>
            {
                one.ChangedAt ??= old.ChangedAt;
                one.ParentId = hung.Contains(one.NamespaceId) ? one.ParentId : old.ParentId;     // one that is left out stays
                return (old.ParentId, old.Kind, old.ChangedAt) == (one.ParentId, one.Kind, one.ChangedAt);
            },
            x => new { x.ParentId, x.Kind, x.ChangedAt }, cancellationToken);
    }

    public Task<int> WriteAsync(IReadOnlyCollection<RecordInvitation> told, CancellationToken cancellationToken)
    {
        var (places, groups) = (told.Select(x => x.NamespaceId).Distinct().ToList(), told.Select(x => x.GroupId).Distinct().ToList());
        return states.WriteAsync(
            "invitation", told.Select(ToInvitation),
            x => $"{x.NamespaceId}\u001F{x.GroupId}", x => x.ChangedAt,
            () => db.Invitations.Where(x => places.Contains(x.NamespaceId) && groups.Contains(x.GroupId)).OrderBy(x => x.NamespaceId).ThenBy(x => x.GroupId),
            (old, one) =>
            {
                one.ChangedAt ??= old.ChangedAt;
                return (old.Active, old.Role, old.ChangedAt) == (one.Active, one.Role, one.ChangedAt);
            },
            x => new { x.Active, x.Role, x.ChangedAt }, cancellationToken);
    }

    /// <summary>
    /// Each of these, one after the other, as it would hang: what would close a ring or grow too deep, with all that hangs below it, is refused, with what was
    /// expected of its parent.
    /// </summary>
    public async Task<List<(RegisterNamespace Told, string Expected)>> RefusedAsync(IReadOnlyList<RegisterNamespace> told, CancellationToken cancellationToken)
    {
        var forest = new Forest();
        await AddAboveAsync(forest, told, cancellationToken);
        await AddBelowAsync(forest, told, cancellationToken);
        var refused = new List<(RegisterNamespace, string)>();
        foreach (var one in told)
        {
            if (!one.Tells(nameof(one.ParentId)))
                continue;       // it hangs where it hung
            if (forest.Expected(one) is { } expected)
                refused.Add((one, expected));
            else
                forest.Hang(one.NamespaceId, one.ParentId);
        }

        return refused;
    }

    /// <summary>What is told of a namespace twice is told one after the other: a parent that the later one leaves out is as the earlier one told it.</summary>
    static List<RegisterNamespace> WithParents(IEnumerable<RegisterNamespace> told)
    {
        var parents = new Dictionary<string, string?>(StringComparer.Ordinal);
        var whole = new List<RegisterNamespace>();
        foreach (var one in told)
        {
            var isTold = one.Tells(nameof(one.ParentId));
            if (isTold)
                parents[one.NamespaceId] = one.ParentId;
            whole.Add(!isTold && parents.TryGetValue(one.NamespaceId, out var parent) ? one with { ParentId = parent } : one);
        }

        return whole;
    }

    static NamespaceNode ToNode(RegisterNamespace told) =>
        new() { NamespaceId = told.NamespaceId, ParentId = told.ParentId, Kind = told.Kind, ChangedAt = told.ChangedAt?.ToUniversalTime() };

    static Invitation ToInvitation(RecordInvitation told) =>
        new()
        {
            NamespaceId = told.NamespaceId,
            GroupId = told.GroupId,
            Active = told.State == "active",
            Role = told.Role,
            ChangedAt = told.ChangedAt?.ToUniversalTime()
        };

    /// <summary>Level by level, everything above: as many questions as the deepest tree has levels.</summary>
    async Task AddAboveAsync(Forest forest, IReadOnlyList<RegisterNamespace> told, CancellationToken cancellationToken)
    {
        var asked = told.Select(x => x.ParentId).Concat(told.Select(x => x.NamespaceId)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var next = asked.ToList();
        while (next.Count > 0)
        {
            var level = await db.Namespaces.AsNoTracking().Where(x => next.Contains(x.NamespaceId)).Select(x => new { x.NamespaceId, x.ParentId })
                .ToListAsync(cancellationToken);
            foreach (var one in level)
                forest.Hang(one.NamespaceId, one.ParentId);
            next = level.Select(x => x.ParentId).OfType<string>().Distinct().Where(asked.Add).ToList();
        }
    }

    /// <summary>
    /// Level by level, everything below what hangs elsewhere than before. One that was never told of may have children, too.
    /// </summary>
    async Task AddBelowAsync(Forest forest, IReadOnlyList<RegisterNamespace> told, CancellationToken cancellationToken)
    {
        var next = told.Where(one => one.ParentId is not null && forest.ParentOf(one.NamespaceId) != one.ParentId).Select(one => one.NamespaceId)
            .Distinct(StringComparer.Ordinal).ToList();
        var asked = next.ToHashSet(StringComparer.Ordinal);
        while (next.Count > 0)
        {
            var level = await db.Namespaces.AsNoTracking().Where(x => x.ParentId != null && next.Contains(x.ParentId))
                .Select(x => new { x.NamespaceId, x.ParentId }).ToListAsync(cancellationToken);
            foreach (var one in level)
                forest.Hang(one.NamespaceId, one.ParentId);
            next = level.Select(x => x.NamespaceId).Where(asked.Add).ToList();
        }
    }
}
