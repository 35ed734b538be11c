using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Identity;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Restoring;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Close.Running;

/// <summary>
/// Takes the command to close a month. The first one of a month is checked against the calendar and the other runs; asking again joins the run.
/// </summary>
sealed class StartMonthCloseConsumer(
    MonthCloseDbContext db, Restorations<MonthCloseDbContext> restorations, IOptions<ClosingOptions> options, TimeProvider clock,
    ILogger<StartMonthCloseConsumer> log)
    : IConsumer<StartMonthClose>
{
    static readonly string[] Ended = [nameof(MonthCloseRun.Completed), nameof(MonthCloseRun.Succeeded)];

    public async Task Consume(ConsumeContext<StartMonthClose> context)
    {
        var (asked, cancellationToken) = (context.Message, context.CancellationToken);
        var period = BillingPeriod.Parse(asked.Period);
        // a draft that was cancelled has left nothing behind: its month begins anew, with a token or without
        var runs = await db.Runs.AsNoTracking().Where(run => run.CurrentState != nameof(MonthCloseRun.Cancelled) || run.CutDone)
            .Select(run => new { run.Period, run.CurrentState }).ToListAsync(cancellationToken);
        if (!runs.Exists(run => run.Period == period.Number))
        {
            // what was told since the backup has to be told again first, or the invoices are not those that were issued before
            if (await restorations.LastAsync(db, cancellationToken) is { ReleasedAt: null })
                throw CommandRejected.Because(nameof(StartMonthClose), nameof(asked.Period), asked.Period,
                    "books that a person has released since they were brought back from a backup (./billing restored release)");
            var zones = await db.Accounts.Select(account => account.TimeZone).Distinct().ToListAsync(cancellationToken);
            var known = runs.ConvertAll(run => new KnownRun(BillingPeriod.FromNumber(run.Period), Ended.Contains(run.CurrentState)));
            if (PeriodRule.WhyNot(period, zones, known, clock.GetUtcNow(), asked.OutOfOrder) is { } expected)
                throw CommandRejected.Because(nameof(StartMonthClose), nameof(asked.Period), asked.Period, expected);
        }

        if (runs.Exists(run => run.Period == period.Number && run.CurrentState == nameof(MonthCloseRun.Succeeded)))
            CommandOutcome.Unchanged($"{asked.Period} is closed for every account");
        else if (runs.Exists(run => run.Period == period.Number && run.CurrentState == nameof(MonthCloseRun.Paused)))
            CommandOutcome.Unchanged($"the run of {asked.Period} is paused; ResumeRun takes it up again");
        else
            CommandOutcome.Changed("run", asked.Period, "asked for");
        log.CloseAskedFor(asked.Period, asked.RequestedBy);
        if (!runs.Exists(run => run.Period == period.Number) && await PreviewOfAsync(asked, period, cancellationToken) is { } previewId)
            await context.Publish(new BeginPreview(CheckId(context), asked.Period, asked.RequestedBy, previewId, asked.AcceptChanges), cancellationToken);
        else
            await context.Publish(new BeginRun(RunState.IdOf(asked.Period), asked.Period, asked.RequestedBy), cancellationToken);
    }

    /// <summary>The same command again is the same check.</summary>
    static Guid CheckId(ConsumeContext context) => DeterministicGuid.Of($"preview-check:{context.MessageId}");

    /// <summary>The preview that the command names; null when it names none, and need not.</summary>
    async Task<Guid?> PreviewOfAsync(StartMonthClose asked, BillingPeriod period, CancellationToken cancellationToken)
    {
        if (asked.CommitToken is not { } token)
            return options.Value.RequirePreview
                ? throw Refused($"the token of a preview of {period}: this installation closes no month unseen (Closing:RequirePreview)")
                : null;
        var newest = await db.Previews.AsNoTracking().Where(preview => preview.Period == period.Number && preview.Checks == null && preview.Token != null)
            .OrderByDescending(preview => preview.AskedAt).FirstOrDefaultAsync(cancellationToken);
        return newest is null
            ? throw Refused($"the token of a preview; {period} was not previewed yet")
            : newest.Token != token ? throw Refused($"{newest.Token}, of the newest preview of {period}") : newest.PreviewId;

        CommandRejectedException Refused(string expected) =>
            CommandRejected.Because(nameof(StartMonthClose), nameof(asked.CommitToken), asked.CommitToken, expected);
    }
}

sealed class CancelMonthCloseConsumer(MonthCloseDbContext db) : IConsumer<CancelMonthClose>
{
    static readonly string[] Ended = [nameof(MonthCloseRun.Completed), nameof(MonthCloseRun.Succeeded)];

    public async Task Consume(ConsumeContext<CancelMonthClose> context)
    {
        var asked = context.Message;
        var runId = await db.RunOfAsync(nameof(CancelMonthClose), asked.Period, context.CancellationToken);
        if (await db.Runs.AnyAsync(run => run.CorrelationId == runId && Ended.Contains(run.CurrentState), context.CancellationToken))
            CommandOutcome.Unchanged($"every account of {asked.Period} has ended");
        else
            CommandOutcome.Changed("run", asked.Period, "asked to stop");
        await context.Publish(new CancelRun(runId, asked.Reason, asked.RequestedBy), context.CancellationToken);
    }
}

sealed class UnparkAccountsConsumer(MonthCloseDbContext db) : IConsumer<UnparkAccounts>
{
    public async Task Consume(ConsumeContext<UnparkAccounts> context)
    {
        var asked = context.Message;
        var runId = await db.RunOfAsync(nameof(UnparkAccounts), asked.Period, context.CancellationToken);
        var parked = db.AccountCloses.Where(close => close.RunId == runId && close.Step == CloseStep.Parked);
        if (asked.AccountIds is { } named)
            parked = parked.Where(close => named.Contains(close.AccountId));
        if (asked.ReasonCode is { } code)
            parked = parked.Where(close => close.ReasonCode == code);
        if (await parked.CountAsync(context.CancellationToken) is > 0 and var count)
            CommandOutcome.Changed("run", asked.Period, "asked to take parked accounts up", after: new { accounts = count });
        else
            CommandOutcome.Unchanged("no such account is parked");
        await context.Publish(new UnparkRun(runId, asked.AccountIds, asked.ReasonCode, asked.RequestedBy), context.CancellationToken);
    }
}

static class Runs
{
    /// <exception cref="CommandRejectedException">The month was never asked for.</exception>
    public static async Task<Guid> RunOfAsync(this MonthCloseDbContext db, string command, string period, CancellationToken cancellationToken) =>
        (await db.FindRunAsync(command, period, cancellationToken)).CorrelationId;

    /// <inheritdoc cref="RunOfAsync"/>
    public static async Task<RunState> FindRunAsync(this MonthCloseDbContext db, string command, string period, CancellationToken cancellationToken)
    {
        var runId = RunState.IdOf(period);
        return await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.CorrelationId == runId, cancellationToken)
            ?? throw CommandRejected.Because(command, "Period", period, "a month whose close was begun");
    }
}
