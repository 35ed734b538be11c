using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Threading.Channels;
using Billing.SimulatedGateway.Rules;

namespace Billing.SimulatedGateway.Webhooks;

/// <summary>
/// Delivers events beside the work, as a gateway does: nobody's answer waits for it. By rule some never come, some twice, some late, each drawn
/// from the seed, the customer and how many events he has had, so that the same month meets the same luck.
/// </summary>
public sealed class WebhookPost(TimeProvider time, IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    /// <summary>Deliveries at the same time.</summary>
    const int Carriers = 8;

    static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { Timeout = LongestAnswer };
    readonly Channel<(Event Event, WebhookRules Rules)> _out = Channel.CreateUnbounded<(Event, WebhookRules)>();
    volatile Page _page = new(new WebhookRules());
    int _told;
    int _missing;
    int _delivered;
    int _refused;
    int _waiting;

    public WebhookRules Rules => _page.Rules;

    public WebhookFigures Figures =>
        new(Volatile.Read(ref _told), Volatile.Read(ref _missing), Volatile.Read(ref _delivered), Volatile.Read(ref _refused), Volatile.Read(ref _waiting));

    public void Set(WebhookRules rules) => _page = new Page(rules);

    public void Tell(Event told)
    {
        var page = _page;
        if (page.Rules.Endpoint is null)
            return;
        Interlocked.Increment(ref _told);
        var fate = page.FateOf(told);
        if (fate.IsMissing)
        {
            Interlocked.Increment(ref _missing);
            return;
        }

        Send(told, page.Rules, fate.Delay);
        if (fate.IsTwice)
            Send(told, page.Rules, fate.Delay + TimeSpan.FromMilliseconds(100));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < Carriers; i++)
            _ = CarryAsync();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _http.Dispose();

    void Send(Event told, WebhookRules rules, TimeSpan delay)
    {
        Interlocked.Increment(ref _waiting);
        if (delay == TimeSpan.Zero)
            _out.Writer.TryWrite((told, rules));
        else
            _ = Task.Delay(delay, time, lifetime.ApplicationStopping).ContinueWith(_ => _out.Writer.TryWrite((told, rules)), TaskScheduler.Default);
    }

    async Task CarryAsync()
    {
        try
        {
            await foreach (var (told, rules) in _out.Reader.ReadAllAsync(lifetime.ApplicationStopping))
            {
                var counted = await DeliverAsync(told, rules);
                Interlocked.Increment(ref counted ? ref _delivered : ref _refused);
                Interlocked.Decrement(ref _waiting);
            }
        }
        catch (OperationCanceledException)
        {
            // the gateway stops; what is not delivered is missing
        }
    }

    async Task<bool> DeliverAsync(Event told, WebhookRules rules)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, rules.Endpoint) { Content = new ByteArrayContent(told.Body) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
                request.Headers.Add("Stripe-Signature", told.Sign(time.GetUtcNow(), rules.OldSecret is { } old ? [rules.Secret, old] : [rules.Secret]));
                using var answer = await _http.SendAsync(request, lifetime.ApplicationStopping);
                if (answer.IsSuccessStatusCode)
                    return true;
            }
            catch (Exception lost) when (lost is HttpRequestException
                || (lost is OperationCanceledException && !lifetime.ApplicationStopping.IsCancellationRequested))
            {
                // no answer is as good as a refusal
            }

            if (tried >= rules.Tries)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(100 * Math.Pow(2, tried)), time, lifetime.ApplicationStopping);
        }
    }

    readonly record struct Fate(bool IsMissing, bool IsTwice, TimeSpan Delay);

    sealed class Page(WebhookRules rules)
    {
        readonly ConcurrentDictionary<string, int> _events = new();

        public WebhookRules Rules { get; } = rules;

        public Fate FateOf(Event told)
        {
            var nth = _events.AddOrUpdate(told.Who, 1, (_, n) => n + 1);
            double Chance(string of) => Luck.Of(Rules.Seed, of, told.Who, nth);
            return new Fate(Chance("missing") < Rules.Missing, Chance("twice") < Rules.Duplicated,
                Chance("late") < Rules.Delayed ? TimeSpan.FromMilliseconds(Rules.DelayMs * Chance("how late")) : TimeSpan.Zero);
        }
    }
}
