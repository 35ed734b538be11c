using Billing.Console.Reading;
using Billing.Hosting.Http;

namespace Billing.Console.Live;

/// <summary>From whom a page had its figures, and how old they are.</summary>
/// <param name="Service">Its name.</param>
/// <param name="AsOf">When the oldest of the figures was told; null when there are none.</param>
/// <param name="Away">Since when it is away.</param>
/// <param name="Why">What was seen in place of an answer.</param>
public sealed record Source(string Service, DateTimeOffset? AsOf, DateTimeOffset? Away, string? Why);

/// <summary>One look at a page: who looks, at what, and where its figures come from.</summary>
public sealed class Look(FactBook facts, Caller viewer, string address, IReadOnlyDictionary<string, string> values)
{
    readonly Dictionary<Upstream, Source> _sources = [];

    public Caller Viewer => viewer;

    /// <summary>Path and query of the page.</summary>
    public string Address => address;

    public FactBook Facts => facts;

    /// <summary>What the page read.</summary>
    public IReadOnlyList<Source> Sources => [.. _sources.OrderBy(source => source.Key).Select(source => source.Value)];

    /// <summary>There is no such page; says what is missing.</summary>
    public string? Nothing { get; set; }

    /// <summary>The page's own title, when it has a better one than its list.</summary>
    public string? Title { get; set; }

    /// <summary>A part of the address, by its name in the path or the query; null when it is not there, or empty.</summary>
    public string? this[string name] => values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    public async Task<Told<T>> ReadAsync<T>(Upstream service, string path, TimeSpan? age = null)
        where T : class
    {
        var told = await facts.ReadAsync<T>(service, path, age);
        lock (_sources)
        {
            var before = _sources.GetValueOrDefault(service);
            var oldest = before?.AsOf is { } earlier && !(told.AsOf < earlier) ? earlier : told.AsOf;
            _sources[service] = new Source(service.Name(), oldest, told.Away?.Since ?? before?.Away, told.Away?.Why ?? before?.Why);
        }

        return told;
    }
}
