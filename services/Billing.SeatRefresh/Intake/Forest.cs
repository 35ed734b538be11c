using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Namespaces;

namespace Billing.SeatRefresh.Intake;

/// <summary>Namespaces as they hang, as far as a message concerns them.</summary>
sealed class Forest
{
    readonly Dictionary<string, string?> _parents = new(StringComparer.Ordinal);
    readonly Dictionary<string, HashSet<string>> _children = new(StringComparer.Ordinal);

    public string? ParentOf(string id) => _parents.GetValueOrDefault(id);

    public void Hang(string id, string? parent)
    {
        if (_parents.TryGetValue(id, out var former) && former is not null)
            _children[former].Remove(id);
        _parents[id] = parent;
        if (parent is null)
            return;
        if (!_children.TryGetValue(parent, out var siblings))
            _children[parent] = siblings = new(StringComparer.Ordinal);
        siblings.Add(id);
    }

    /// <summary>What is expected of its parent, when it cannot hang there.</summary>
    public string? Expected(RegisterNamespace told)
    {
        var depth = 0;
        for (var at = told.ParentId; at is not null && depth < NamespaceNode.Deepest; at = ParentOf(at), depth++)
            if (at == told.NamespaceId)
                return $"a namespace that does not hang below {told.NamespaceId}";
        var below = told.ParentId is null || ParentOf(told.NamespaceId) == told.ParentId ? 0 : LevelsBelow(told.NamespaceId);
        var most = NamespaceNode.Deepest - 1 - below;
        if (depth <= most)
            return null;
        var since = below == 0 ? "" : $", since {(below == 1 ? "1 level hangs" : $"{below} levels hang")} below {told.NamespaceId}";
        return $"a namespace at most {most} levels deep{since}";
    }

    int LevelsBelow(string id)
    {
        var levels = 0;
        for (List<string> level = [id]; levels <= NamespaceNode.Deepest; levels++)
        {
            level = level.SelectMany(parent => _children.TryGetValue(parent, out var children) ? children : []).ToList();
            if (level.Count == 0)
                break;
        }

        return levels;
    }
}
