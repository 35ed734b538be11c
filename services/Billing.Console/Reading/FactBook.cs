using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Billing.Clock;
using Billing.Console.Settings;
using Microsoft.Extensions.Options;

namespace Billing.Console.Reading;

/// <summary>
/// What the services told, each answer with its age. A question is asked once for all who look, at most once in <see cref="ConsoleOptions.Refresh"/>, and never
/// when nobody looks. The last answer of a service that is away is kept, and says how old it is.
/// </summary>
public sealed class FactBook(IHttpClientFactory clients, IOptions<ConsoleOptions> options, TimeProvider clock)
{
    /// <summary>Answers that are kept; the one that was asked for longest ago goes first.</summary>
    const int MostKept = 500;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    readonly ConcurrentDictionary<(Upstream, string, Type), Fact> _facts = [];
    readonly ConcurrentDictionary<Upstream, Outage> _outages = [];
    readonly TimeProvider _machine = clock.OfTheMachine();

    /// <summary>The client of a service: its address and key are set.</summary>
    public HttpClient ClientOf(Upstream service) => clients.CreateClient(service.ToString());

    /// <param name="service">Who is asked.</param>
    /// <param name="path">With its query, and without a slash in front.</param>
    /// <param name="age">How old the answer may be, where it costs more than a look at some rows; as set when left out.</param>
    public async Task<Told<T>> ReadAsync<T>(Upstream service, string path, TimeSpan? age = null)
        where T : class
    {
        var fact = _facts.GetOrAdd((service, path, typeof(T)), _ => new Fact());
        fact.UsedAt = _machine.GetTimestamp();
        if (_facts.Count > MostKept)
            Shed();
        if (fact.Begin(_machine, age ?? options.Value.Refresh, () => AskAsync<T>(fact, service, path)) is { } asking
            // what is known already is shown at once, as old as it is, when the service does not answer
            && !(fact.IsKnown && _outages.ContainsKey(service)))
            await asking;
        return fact.Tell<T>(_outages.TryGetValue(service, out var outage) ? outage.Away : null);
    }

    /// <summary>The next look reads it anew: something was done that changes it.</summary>
    public void Forget(Upstream service)
    {
        foreach (var ((one, _, _), fact) in _facts)
            if (one == service)
                fact.Age();
    }

    async Task AskAsync<T>(Fact fact, Upstream service, string path)
        where T : class
    {
        // one that is away is asked by one question at a time; the others do not wait for it again
        if (_outages.TryGetValue(service, out var outage) && !outage.MayAsk(_machine, options.Value.Refresh))
            return;
        try
        {
            var client = ClientOf(service);
            // sent as it is written: else an id of two dots would be taken away with what stands before it
            var address = new Uri(client.BaseAddress + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            using var answer = await client.GetAsync(address);
            if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                throw new HttpRequestException($"it refused the console's key ({(int)answer.StatusCode})");
            // not ready is an answer, too: the body says what is not
            if ((int)answer.StatusCode >= 500 && !path.StartsWith("health", StringComparison.Ordinal))
                fact.Failed(new Away(_machine.GetUtcNow(), $"it answered {(int)answer.StatusCode}"));
            else if (answer.StatusCode == HttpStatusCode.BadRequest)
                fact.Refused(await answer.Content.ReadAsStringAsync(), _machine.GetUtcNow());
            else
                fact.Learn(answer.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync<T>(answer), _machine.GetUtcNow());
            _outages.TryRemove(service, out _);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or JsonException)
        {
            var why = failure is TaskCanceledException ? $"no answer within {options.Value.Patience.TotalSeconds:0} s" : failure.GetBaseException().Message;
            _outages.AddOrUpdate(service, _ => new Outage(new Away(_machine.GetUtcNow(), why)), (_, before) => before.StillAway(why));
        }
    }

    static async Task<T?> ReadAsync<T>(HttpResponseMessage answer)
        where T : class =>
        typeof(T) == typeof(string) ? (T)(object)await answer.Content.ReadAsStringAsync() : await answer.Content.ReadFromJsonAsync<T>(Json);

    void Shed()
    {
        foreach (var (key, _) in _facts.OrderBy(fact => fact.Value.UsedAt).Take(MostKept / 5).ToList())
            _facts.TryRemove(key, out _);
    }

    /// <summary>One question, and what was answered last.</summary>
    sealed class Fact
    {
        readonly Lock _gate = new();
        object? _value;
        string? _refusal;
        Away? _failing;
        DateTimeOffset? _asOf;
        long? _askedAt;
        Task? _asking;

        public long UsedAt { get; set; }

        public bool IsKnown => _asOf is not null;

        /// <summary>Asks, unless the answer is young enough. Who comes while it is asked waits for the same answer.</summary>
        /// <returns>Null when there is nothing to wait for.</returns>
        public Task? Begin(TimeProvider machine, TimeSpan refresh, Func<Task> ask)
        {
            lock (_gate)
            {
                if (_asking is { IsCompleted: false })
                    return _asking;
                if (_askedAt is { } at && machine.GetElapsedTime(at) < refresh * 0.9)
                    return null;
                _askedAt = machine.GetTimestamp();
                return _asking = ask();
            }
        }

        public void Age()
        {
            lock (_gate)
                _askedAt = null;
        }

        public void Learn(object? value, DateTimeOffset at)
        {
            lock (_gate)
                (_value, _asOf, _refusal, _failing) = (value, at, null, null);
        }

        public void Refused(string because, DateTimeOffset at)
        {
            lock (_gate)
                (_value, _asOf, _refusal, _failing) = (null, at, because, null);
        }

        /// <summary>The service is there, and cannot answer this.</summary>
        public void Failed(Away why)
        {
            lock (_gate)
                _failing = _failing is null ? why : _failing with { Why = why.Why };
        }

        public Told<T> Tell<T>(Away? away)
            where T : class
        {
            lock (_gate)
                return new Told<T>((T?)_value, _asOf, away ?? _failing, _refusal);
        }
    }

    /// <summary>A service that is away, and when it was asked last.</summary>
    sealed class Outage(Away away)
    {
        readonly Lock _gate = new();
        long? _askedAt;

        public Away Away { get; private set; } = away;

        public bool MayAsk(TimeProvider machine, TimeSpan pause)
        {
            lock (_gate)
            {
                if (_askedAt is { } at && machine.GetElapsedTime(at) < pause)
                    return false;
                _askedAt = machine.GetTimestamp();
                return true;
            }
        }

        public Outage StillAway(string why)
        {
            Away = Away with { Why = why };
            return this;
        }
    }
}
