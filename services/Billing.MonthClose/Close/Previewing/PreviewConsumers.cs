using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Identity;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Texts;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Alerting;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Previews;
using Billing.MonthClose.Close.Running;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Close.Previewing;

sealed class PreviewMonthCloseValidator : AbstractValidator<PreviewMonthClose>
{
    public PreviewMonthCloseValidator()
    {
        RuleFor(x => x.Period).IsPeriod();
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}

/// <summary>Takes the command to look at a month. Unlike the close, a month may be looked at before it is over.</summary>
sealed class PreviewMonthCloseConsumer(MonthCloseDbContext db) : IConsumer<PreviewMonthClose>
{
    public async Task Consume(ConsumeContext<PreviewMonthClose> context)
    {
        var (asked, runId) = (context.Message, RunState.IdOf(context.Message.Period));
        // a draft may be looked at again: what came late is in it
        if (await db.Runs.AnyAsync(run => run.CorrelationId == runId && run.CurrentState != nameof(MonthCloseRun.Drafted)
            && (run.CurrentState != nameof(MonthCloseRun.Cancelled) || run.CutDone), context.CancellationToken))
            throw CommandRejected.Because(nameof(PreviewMonthClose), nameof(asked.Period), asked.Period, "a month whose close has not begun");
        CommandOutcome.Changed("preview", asked.Period, "asked for");
        var previewId = DeterministicGuid.Of($"preview:{context.MessageId}");
        await context.Publish(new BeginPreview(previewId, asked.Period, asked.RequestedBy), context.CancellationToken);
    }
}

/// <summary>Writes the preview down and begins to hand out its accounts. Older ones go, but for those that a check or a run is held against.</summary>
sealed class BeginPreviewConsumer(MonthCloseDbContext db, IBulkWriter bulk, TimeProvider clock) : IConsumer<BeginPreview>
{
    public async Task Consume(ConsumeContext<BeginPreview> context)
    {
        var (asked, period) = (context.Message, BillingPeriod.Parse(context.Message.Period));
        var preview = new RunPreview
        {
            PreviewId = asked.PreviewId,
            Period = period.Number,
            AskedAt = clock.GetUtcNow(),
            RequestedBy = asked.RequestedBy,
            PriceVersion = await db.Prices.MaxAsync(price => (long?)price.Version, context.CancellationToken) ?? 0,
            Checks = asked.Checks,
            AcceptChanges = asked.AcceptChanges
        };
        if ((await bulk.InsertNewAsync(db, [preview], context.CancellationToken)).Count == 0)
            return;
        var kept = await db.Runs.Where(run => run.Period == period.Number).Select(run => run.PreviewId).SingleOrDefaultAsync(context.CancellationToken);
        var old = await db.Previews.Where(one => one.Period == period.Number && one.PreviewId != asked.PreviewId && one.PreviewId != asked.Checks
            && one.PreviewId != kept && one.State != PreviewState.Reading
            && !db.Previews.Any(check => check.Checks == one.PreviewId && check.State == PreviewState.Reading))
            .Select(one => one.PreviewId).ToListAsync(context.CancellationToken);
        await db.PreviewedAccounts.Where(account => old.Contains(account.PreviewId)).ExecuteDeleteAsync(context.CancellationToken);
        await db.Previews.Where(one => old.Contains(one.PreviewId)).ExecuteDeleteAsync(context.CancellationToken);
        await context.Publish(new CutPreview(asked.PreviewId, null), context.CancellationToken);
    }
}

/// <summary>Walks over the accounts by their key, as the run does, and hands them out in the run's own portions.</summary>
sealed class CutPreviewConsumer(MonthCloseDbContext db, IOptions<ClosingOptions> options) : IConsumer<CutPreview>
{
    public async Task Consume(ConsumeContext<CutPreview> context)
    {
        var (previewId, after) = (context.Message.PreviewId, context.Message.AfterAccountId);
        var preview = await db.Previews.Where(one => one.PreviewId == previewId).AsNoTracking().ForUpdate().SingleOrDefaultAsync(context.CancellationToken);
        if (preview is null || preview.CutDone || preview.CutThrough != after)
            return;     // it came twice, or a newer preview took the place of this one
        var page = options.Value.ChunkSize * options.Value.ChunksPerCut;
        var ids = await BillingPeriod.FromNumber(preview.Period).AccountsIn(db).Where(account => account.AccountId.CompareTo(after ?? "") > 0)
            .OrderBy(account => account.AccountId).Take(page).Select(account => account.AccountId).ToListAsync(context.CancellationToken);

        var (last, done) = (ids.LastOrDefault() ?? after, ids.Count < page);
        await db.Previews.Where(one => one.PreviewId == previewId).ExecuteUpdateAsync(set => set
            .SetProperty(one => one.CutThrough, last).SetProperty(one => one.CutDone, done)
            .SetProperty(one => one.Accounts, one => one.Accounts + ids.Count), context.CancellationToken);
        foreach (var some in ids.Chunk(options.Value.ChunkSize))
            await context.Publish(new ComputePreview(previewId, some), context.CancellationToken);
        if (!done)
            await context.Publish(new CutPreview(previewId, last), context.CancellationToken);
        else if (preview.Accounts + ids.Count == preview.Computed)
            await context.Publish(new EndPreview(previewId), context.CancellationToken);
    }
}

sealed class ComputePreviewConsumer(MonthCloseDbContext db, PreviewReader reader) : IConsumer<ComputePreview>
{
    public async Task Consume(ConsumeContext<ComputePreview> context)
    {
        var (previewId, cancellationToken) = (context.Message.PreviewId, context.CancellationToken);
        if (await db.Previews.AsNoTracking().SingleOrDefaultAsync(one => one.PreviewId == previewId, cancellationToken) is not { } preview)
            return;
        var computed = await reader.ComputeAsync(preview, context.Message.AccountIds, cancellationToken);
        if (computed == 0)
            return;     // they were computed before
        await db.Previews.Where(one => one.PreviewId == previewId)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.Computed, one => one.Computed + computed), cancellationToken);
        if (await db.Previews.AnyAsync(one => one.PreviewId == previewId && one.CutDone && one.Computed == one.Accounts, cancellationToken))
            await context.Publish(new EndPreview(previewId), cancellationToken);
    }
}

/// <summary>A preview that cannot be computed says so; asking again begins a new one.</summary>
sealed class PreviewFailureConsumer(MonthCloseDbContext db, Alerts alerts)
    : IConsumer<Fault<BeginPreview>>, IConsumer<Fault<CutPreview>>, IConsumer<Fault<ComputePreview>>, IConsumer<Fault<EndPreview>>
{
    public Task Consume(ConsumeContext<Fault<BeginPreview>> context) => FailAsync(context, context.Message.Message.PreviewId, context.Message.Message.Period);

    public Task Consume(ConsumeContext<Fault<CutPreview>> context) => FailAsync(context, context.Message.Message.PreviewId, null);

    public Task Consume(ConsumeContext<Fault<ComputePreview>> context) => FailAsync(context, context.Message.Message.PreviewId, null);

    public Task Consume(ConsumeContext<Fault<EndPreview>> context) => FailAsync(context, context.Message.Message.PreviewId, null);

    async Task FailAsync<T>(ConsumeContext<Fault<T>> context, Guid previewId, string? asked)
        where T : class
    {
        var why = context.Message.Exceptions.FirstOrDefault()?.Message ?? "no reason was given";
        var preview = await db.Previews.AsNoTracking().SingleOrDefaultAsync(one => one.PreviewId == previewId, context.CancellationToken);
        await db.Previews.Where(one => one.PreviewId == previewId).ExecuteUpdateAsync(set => set
            .SetProperty(one => one.State, PreviewState.Failed)
            .SetProperty(one => one.Reason, why.ShortenedTo(RunPreview.LongestReason)), context.CancellationToken);
        var period = preview?.PeriodText ?? asked ?? "a month";
        await alerts.RaiseAsync(AlertCode.PreviewFailed, $"{period}: {previewId}",
            $"The preview of {period} stands still: {typeof(T).Name} failed: {why} Mend the cause, then ask for it again (PreviewMonthClose"
            + $"{(preview?.Checks is null ? "" : ", or StartMonthClose with the token")}).", null, null, context.CancellationToken);
    }
}
