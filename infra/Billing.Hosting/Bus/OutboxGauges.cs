using System.Diagnostics.Metrics;
using Billing.Hosting.Work;
using Billing.Persistence;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Bus;

/// <summary>
/// What waits in the outbox and how long the oldest does, due messages and how late the first is, and the rows of the inbox. Each is a look at the beginning of
/// an index: a figure that stands at its bound means as many or more.
/// </summary>
sealed class OutboxGauges<TDbContext> : PeriodicWork
    where TDbContext : DbContext
{
    /// <summary>Rows that are counted at most, of each kind.</summary>
    const int MostMessages = 10_000;

    const int MostInboxRows = 100_000;

    readonly IServiceScopeFactory _scopes;
    Figures _seen = new(0, 0, 0, 0, 0);

    public OutboxGauges(
        IServiceScopeFactory scopes, DatabaseReadiness database, TimeProvider clock, IMeterFactory meters, ILogger<OutboxGauges<TDbContext>> log)
        : base(database, clock, log)
    {
        _scopes = scopes;
        var meter = meters.Create("Billing.Outbox");
        Gauge("billing.outbox.depth", figures => figures.Waiting, null, "Messages that were committed and have not left; counted up to 10,000");
        Gauge("billing.outbox.oldest", figures => figures.Oldest, "s", "For how long the oldest of them waits");
        Gauge("billing.outbox.due", figures => figures.Due, null, "Messages that leave at a later time; counted up to 10,000");
        Gauge("billing.outbox.due_late", figures => figures.Late, "s", "How late the first of them is; 0 when none is");
        Gauge("billing.inbox.rows", figures => figures.Inbox, null, "Ids of handled messages that are kept; counted up to 100,000");

        void Gauge(string name, Func<Figures, double> value, string? unit, string description) =>
            meter.CreateObservableGauge(name, () => value(Volatile.Read(ref _seen)), unit, description);
    }

    /// <summary>15 s, as often as metrics are read.</summary>
    protected override TimeSpan Period { get; } = TimeSpan.FromSeconds(15);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
        var messages = db.Set<OutboxMessage>().AsNoTracking();
        // two statements, because each is an index of its own
        IQueryable<OutboxMessage>[] waiting =
        [
            messages.Where(message => message.OutboxId != null).OrderBy(message => message.OutboxId).Take(MostMessages),
            messages.Where(message => message.InboxMessageId != null).OrderBy(message => message.InboxMessageId).Take(MostMessages)
        ];
        var (count, oldest) = (0, (DateTime?)null);
        foreach (var some in waiting)
        {
            count += await some.CountAsync(stopping);
            var first = await some.MinAsync(message => (DateTime?)message.SentTime, stopping);
            oldest = oldest < first ? oldest : first ?? oldest;
        }

        var due = messages.ThatAreDueMessages().OrderBy(message => message.EnqueueTime);
        var next = await due.Select(message => message.EnqueueTime).FirstOrDefaultAsync(stopping);
        Volatile.Write(ref _seen, new Figures(Math.Min(count, MostMessages), SecondsSince(oldest), await due.Take(MostMessages).CountAsync(stopping),
            SecondsSince(next), await db.Set<InboxState>().OrderBy(row => row.Id).Take(MostInboxRows).CountAsync(stopping)));
    }

    double SecondsSince(DateTime? instant) =>
        instant is { } at ? Math.Max(0, (Clock.GetUtcNow().UtcDateTime - DateTime.SpecifyKind(at, DateTimeKind.Utc)).TotalSeconds) : 0;

    sealed record Figures(double Waiting, double Oldest, double Due, double Late, double Inbox);
}
