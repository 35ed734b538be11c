using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Billing.Clock;
using Billing.Console.Settings;
using Microsoft.Extensions.Options;

namespace Billing.Console.Live;

/// <summary>What a page shows now: its moving part, and from whom it has its figures.</summary>
public sealed record Shown(string Html, IReadOnlyList<Source> Sources);

/// <summary>
/// Sends a page's moving part to all who watch it. It is rendered once for all of them, each second, and sent when it has changed; in between they hear how old
/// the figures are. Who reads slowly misses what was in between, never the newest.
/// </summary>
public sealed class LiveHub(IOptions<ConsoleOptions> options, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<LiveHub> log)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    readonly Lock _gate = new();
    readonly Dictionary<string, Topic> _topics = [];
    readonly TimeProvider _machine = clock.OfTheMachine();
    int _watchers;

    /// <summary>How many pages are watched now.</summary>
    public int Watchers => Volatile.Read(ref _watchers);

    public bool IsFull => Watchers >= options.Value.MostWatchers;

    /// <param name="key">The same for all who see the same.</param>
    /// <param name="render">Renders it anew.</param>
    /// <param name="cancellationToken">The watcher went away.</param>
    public async IAsyncEnumerable<SseItem<string>> WatchAsync(
        string key, Func<Task<Shown>> render, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var topic = Join(key, render, signal.Writer);
        var seen = 0L;
        try
        {
            while (await NextAsync(signal.Reader, either.Token))
            {
                var (version, part, beat) = topic.Now;
                if (version == 0)
                    continue;
                yield return version == seen ? new SseItem<string>(beat, "beat") : new SseItem<string>(part, "part");
                seen = version;
            }
        }
        finally
        {
            Leave(key, topic, signal.Writer);
        }
    }

    static async Task<bool> NextAsync(ChannelReader<bool> signal, CancellationToken stopping)
    {
        try
        {
            return await signal.ReadAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    Topic Join(string key, Func<Task<Shown>> render, ChannelWriter<bool> watcher)
    {
        lock (_gate)
        {
            _watchers++;
            if (!_topics.TryGetValue(key, out var topic))
            {
                _topics[key] = topic = new Topic();
                topic.Rendering = RenderAsync(topic, render);
            }

            topic.Watchers.Add(watcher);
            if (topic.Now.Version > 0)
                watcher.TryWrite(true);
            return topic;
        }
    }

    void Leave(string key, Topic topic, ChannelWriter<bool> watcher)
    {
        lock (_gate)
        {
            _watchers--;
            topic.Watchers.Remove(watcher);
            if (topic.Watchers.Count > 0)
                return;
            _topics.Remove(key);
            topic.Left.Cancel();
        }
    }

    async Task RenderAsync(Topic topic, Func<Task<Shown>> render)
    {
        using var timer = new PeriodicTimer(options.Value.Refresh, _machine);
        var before = "";
        try
        {
            do
            {
                try
                {
                    var shown = await render();
                    var beat = JsonSerializer.Serialize(new { shown.Sources }, Json);
                    topic.Now = shown.Html == before
                        ? topic.Now with { Beat = beat }
                        : new Frame(topic.Now.Version + 1, JsonSerializer.Serialize(shown, Json), beat);
                    before = shown.Html;
                    lock (_gate)
                        foreach (var watcher in topic.Watchers)
                            watcher.TryWrite(true);
                }
                catch (Exception failure) when (!topic.Left.IsCancellationRequested)
                {
                    log.NotRendered(failure);       // nobody hears a beat, and the page says that it is old
                }
            }
            while (await timer.WaitForNextTickAsync(topic.Left.Token));
        }
        catch (OperationCanceledException)
        {
            topic.Left.Dispose();
        }
    }

    /// <param name="Version">0 while nothing was rendered.</param>
    /// <param name="Part">The moving part with its sources.</param>
    /// <param name="Beat">The sources alone.</param>
    sealed record Frame(long Version, string Part, string Beat);

    sealed class Topic
    {
        Frame _now = new(0, "", "");

        public HashSet<ChannelWriter<bool>> Watchers { get; } = [];
        public CancellationTokenSource Left { get; } = new();
        public Task Rendering { get; set; } = Task.CompletedTask;

        public Frame Now
        {
            get => Volatile.Read(ref _now);
            set => Volatile.Write(ref _now, value);
        }
    }
}
