using System.Collections;

namespace Billing.SimulatedGateway.Recording;

/// <summary>
/// Entries in the order in which they were written. It can be read while others are added, and from any entry backwards: a page of the list costs what stands
/// on it, however long the list is.
/// </summary>
sealed class Chronicle<T>(Func<T, string> id) : IEnumerable<T>
{
    readonly Lock _gate = new();
    readonly List<T> _entries = [];
    readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    public void Add(T entry)
    {
        lock (_gate)
        {
            _places[id(entry)] = _entries.Count;
            _entries.Add(entry);
        }
    }

    /// <param name="after">The entry after which to begin; null for the newest. Nothing comes after one that is not there.</param>
    public IEnumerable<T> NewestFirst(string? after)
    {
        int place;
        lock (_gate)
            place = after is null ? _entries.Count : _places.GetValueOrDefault(after);
        while (--place >= 0)
            yield return At(place);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var place = 0; place < Count; place++)
            yield return At(place);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    T At(int place)
    {
        lock (_gate)
            return _entries[place];
    }
}
