using System.Diagnostics.Metrics;
using Billing.Hosting.Work;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Collect.Collecting;
using Billing.Persistence;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>Counts what stands still or waits. Each count reads an index of what has not ended, and never what has.</summary>
sealed class StandingReader(MonthCloseDbContext db, TimeProvider clock)
{
    /// <summary>How long after its time a try may still be on its way.</summary>
    static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    /// <summary>The first day of each age, as finance counts them.</summary>
    static readonly int[] Ages = [1, 8, 31, 61, 91];

    public async Task<StandingView> ReadAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var parked = await ParkedAsync(cancellationToken);
        var collections = await CollectionsAsync(cancellationToken);
        var overdue = await OverdueAsync(DateOnly.FromDateTime(now.UtcDateTime), cancellationToken);
        var charges = await db.Charges.Where(charge => charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown)
            .GroupBy(charge => charge.State).Select(state => new { state.Key, Count = state.Count(), Oldest = state.Min(charge => charge.CreatedAt) })
            .ToListAsync(cancellationToken);
        var inquiries = db.ChargeInquiries.Where(inquiry => inquiry.CurrentState == nameof(ChargeInquiry.Unresolved));
        var pastDue = db.Collections.Where(one => one.CurrentState != nameof(Collection.Paid) && one.CurrentState != nameof(Collection.Ended)
            && one.DueAt < now - Late);
        var halted = db.Runs.Where(run => run.CurrentState == nameof(MonthCloseRun.Halted));
        var paused = db.Runs.Where(run => run.PausedAt != null);
        var drafted = db.Runs.Where(run => run.CurrentState == nameof(MonthCloseRun.Drafted));
        var drifts = db.Drifts.Where(drift => drift.EndedAt == null);

        StandingKind OfCharges(string kind, ChargeState state) =>
            charges.Find(row => row.Key == state) is { } row ? new(kind, row.Count, row.Oldest, NeedsPerson: false) : new(kind, 0, null, NeedsPerson: false);
        var attention = collections.Where(row => row.State == nameof(Collection.NeedsAttention)).ToList();
        return new StandingView
        {
            AsOf = now,
            Kinds =
            [
                new("runs-halted", await halted.CountAsync(cancellationToken), await halted.MinAsync(run => (DateTimeOffset?)run.StartedAt, cancellationToken),
                    NeedsPerson: true),
                new("runs-paused", await paused.CountAsync(cancellationToken), await paused.MinAsync(run => run.PausedAt, cancellationToken),
                    NeedsPerson: true),
                new("runs-drafted", await drafted.CountAsync(cancellationToken),
                    await drafted.MinAsync(run => (DateTimeOffset?)run.StartedAt, cancellationToken), NeedsPerson: false),
                new("accounts-parked", parked.Sum(row => row.Accounts), null, NeedsPerson: true),
                new("collections-past-due", await pastDue.CountAsync(cancellationToken), await pastDue.MinAsync(one => one.DueAt, cancellationToken),
                    NeedsPerson: false),
                new("collections-need-attention", attention.Sum(row => row.Count), attention.Min(row => row.Oldest), NeedsPerson: true),
                new("charges-unresolved", await inquiries.CountAsync(cancellationToken),
                    await inquiries.MinAsync(inquiry => (DateTimeOffset?)inquiry.StartedAt, cancellationToken), NeedsPerson: true),
                new("drifts", await drifts.CountAsync(cancellationToken), await drifts.MinAsync(drift => (DateTimeOffset?)drift.FoundAt, cancellationToken),
                    NeedsPerson: true),
                OfCharges("charges-pending", ChargeState.Pending),
                OfCharges("charges-unknown", ChargeState.Unknown),
                new("invoices-overdue", overdue.Sum(row => row.Invoices), null, NeedsPerson: false)
            ],
            Overdue = overdue,
            Collections = collections,
            Parked = parked
        };
    }

    async Task<IReadOnlyList<ParkedAccounts>> ParkedAsync(CancellationToken cancellationToken)
    {
        var rows = await (
            from tally in db.CloseTallies
            join run in db.Runs on tally.RunId equals run.CorrelationId
            where tally.Step == CloseStep.Parked
            group tally by new { run.Period, tally.ReasonCode }
            into reason
            select new { reason.Key.Period, reason.Key.ReasonCode, Accounts = reason.Sum(tally => tally.Accounts) }).ToListAsync(cancellationToken);
        return [.. rows.Where(row => row.Accounts != 0).OrderByDescending(row => row.Period).ThenBy(row => row.ReasonCode, StringComparer.Ordinal)
            .Select(row => new ParkedAccounts(BillingPeriod.FromNumber(row.Period).ToString(), row.ReasonCode, row.Accounts))];
    }

    async Task<IReadOnlyList<WaitingCollections>> CollectionsAsync(CancellationToken cancellationToken)
    {
        var rows = await (
            from collection in db.Collections
            join invoice in db.Invoices on collection.CorrelationId equals invoice.InvoiceId
            where collection.CurrentState != nameof(Collection.Paid) && collection.CurrentState != nameof(Collection.Ended)
            group new { collection, invoice } by new { collection.CurrentState, invoice.Currency }
            into state
            select new
            {
                state.Key.CurrentState,
                state.Key.Currency,
                Count = state.Count(),
                Open = state.Sum(one => one.invoice.Status == InvoiceStatus.Open
                    ? one.invoice.AmountDue - one.invoice.AmountPaid - one.invoice.AmountReduced : 0),
                Oldest = state.Min(one => one.collection.StartedAt)
            }).ToListAsync(cancellationToken);
        return [.. rows.OrderBy(row => row.CurrentState, StringComparer.Ordinal).ThenBy(row => row.Currency, StringComparer.Ordinal)
            .Select(row => new WaitingCollections(row.CurrentState, row.Currency, row.Count, row.Open, row.Oldest))];
    }

    /// <summary>One row a day and currency comes from the database, however many invoices there are.</summary>
    async Task<IReadOnlyList<OverdueMoney>> OverdueAsync(DateOnly today, CancellationToken cancellationToken)
    {
        var days = await db.Invoices.Where(invoice => invoice.Status == InvoiceStatus.Open && invoice.DueOn < today)
            .GroupBy(invoice => new { invoice.Currency, invoice.DueOn })
            .Select(day => new
            {
                day.Key.Currency,
                day.Key.DueOn,
                Invoices = day.Count(),
                Open = day.Sum(invoice => invoice.AmountDue - invoice.AmountPaid - invoice.AmountReduced)
            }).ToListAsync(cancellationToken);
        return [.. days.GroupBy(day => (day.Currency, Age: Array.FindLastIndex(Ages, age => age <= today.DayNumber - day.DueOn.DayNumber)))
            .OrderBy(group => group.Key.Currency, StringComparer.Ordinal).ThenBy(group => group.Key.Age)
            .Select(group => new OverdueMoney(group.Key.Currency, Ages[group.Key.Age], group.Key.Age + 1 < Ages.Length ? Ages[group.Key.Age + 1] - 1 : null,
                group.Sum(day => day.Invoices), group.Sum(day => day.Open)))];
    }
}

/// <summary>
/// The figures <c>billing_standing</c> and <c>billing_standing_oldest_seconds</c>, by kind: zero is provable, and an alert has a number to look at. They are
/// read from the database, so every process says the same.
/// </summary>
sealed class StandingGauges : PeriodicWork
{
    readonly IServiceScopeFactory _scopes;
    readonly TimeProvider _clock;
    IReadOnlyList<StandingKind> _kinds = [];

    public StandingGauges(IServiceScopeFactory scopes, DatabaseReadiness database, TimeProvider clock, IMeterFactory meters, ILogger<StandingGauges> log)
        : base(database, clock, log)
    {
        _scopes = scopes;
        _clock = clock;
        var meter = meters.Create("Billing.MonthClose");
        meter.CreateObservableGauge("billing.standing", () => Read(kind => kind.Count), description: "What stands still or waits, by kind.");
        meter.CreateObservableGauge("billing.standing.oldest", () => Read(kind => kind.Oldest is { } since ? (_clock.GetUtcNow() - since).TotalSeconds : 0),
            unit: "s", description: "For how long the oldest of its kind stands still or waits.");
    }

    /// <summary>30 s: what stands still for less is on its way.</summary>
    protected override TimeSpan Period { get; } = TimeSpan.FromSeconds(30);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        await using var scope = _scopes.CreateAsyncScope();
        Volatile.Write(ref _kinds, (await scope.ServiceProvider.GetRequiredService<StandingReader>().ReadAsync(stopping)).Kinds);
    }

    IEnumerable<Measurement<double>> Read(Func<StandingKind, double> value) =>
        Volatile.Read(ref _kinds).Select(kind => new Measurement<double>(value(kind), new KeyValuePair<string, object?>("kind", kind.Kind)));
}
