using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Brakes;
using Billing.MonthClose.Books.Closes;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Close.Running;

sealed class PauseRunConsumer(MonthCloseDbContext db) : IConsumer<PauseRun>
{
    public async Task Consume(ConsumeContext<PauseRun> context)
    {
        var asked = context.Message;
        var run = await db.FindRunAsync(nameof(PauseRun), asked.Period, context.CancellationToken);
        if (run.PausedAt is not null)
            CommandOutcome.Unchanged($"it is paused: {run.PauseReason}");
        else if (run.CurrentState == nameof(MonthCloseRun.Drafted))
            throw CommandRejected.Because(nameof(PauseRun), nameof(asked.Period), asked.Period,
                $"a run that charges; this one is a draft until {run.FinalAt:u}, which CancelMonthClose ends and ApproveRun finishes");
        else if (run.CurrentState is nameof(MonthCloseRun.Running) or nameof(MonthCloseRun.Halted) or nameof(MonthCloseRun.Cancelling))
            CommandOutcome.Changed("run", asked.Period, "asked to pause", new { State = run.CurrentState });
        else
            CommandOutcome.Unchanged($"the run is {run.CurrentState}, and charges nothing");
        await context.Publish(new StopCharges(run.CorrelationId, asked.Reason, asked.RequestedBy ?? "somebody"), context.CancellationToken);
    }
}

sealed class ResumeRunConsumer(MonthCloseDbContext db) : IConsumer<ResumeRun>
{
    public async Task Consume(ConsumeContext<ResumeRun> context)
    {
        var asked = context.Message;
        var run = await db.FindRunAsync(nameof(ResumeRun), asked.Period, context.CancellationToken);
        if (run.CurrentState == nameof(MonthCloseRun.Paused))
            CommandOutcome.Changed("run", asked.Period, "asked to go on", new { run.PauseReason });
        else
            CommandOutcome.Unchanged($"the run is {run.CurrentState}, and not paused");
        await context.Publish(new ContinueRun(run.CorrelationId, asked.Reason, asked.RequestedBy), context.CancellationToken);
    }
}

sealed class ApproveRunConsumer(MonthCloseDbContext db) : IConsumer<ApproveRun>
{
    public async Task Consume(ConsumeContext<ApproveRun> context)
    {
        var asked = context.Message;
        var run = await db.FindRunAsync(nameof(ApproveRun), asked.Period, context.CancellationToken);
        if (run.CurrentState == nameof(MonthCloseRun.Drafted))
            CommandOutcome.Changed("run", asked.Period, "approved", new { run.FinalAt });
        else
            CommandOutcome.Unchanged($"the run is {run.CurrentState}, and no draft");
        await context.Publish(new FinishDraft(run.CorrelationId, asked.RequestedBy), context.CancellationToken);
    }
}

/// <summary>Puts a brake in the place of its setting; whoever charges heeds it with his next look.</summary>
sealed class SetBrakeConsumer(MonthCloseDbContext db, AuditTrail audit, TimeProvider clock) : IConsumer<SetBrake>
{
    public async Task Consume(ConsumeContext<SetBrake> context)
    {
        var (told, cancellationToken) = (context.Message, context.CancellationToken);
        var brake = new Brake
        {
            Name = told.Brake,
            Currency = told.Currency ?? "",
            Limit = told.Off ? null : told.Limit,
            SetBy = told.RequestedBy,
            SetAt = clock.GetUtcNow()
        };
        var before = await db.Brakes.AsNoTracking().SingleOrDefaultAsync(one => one.Name == brake.Name && one.Currency == brake.Currency, cancellationToken);
        var id = brake.Currency.Length == 0 ? brake.Name : $"{brake.Name}:{brake.Currency}";
        if (before is not null && before.Limit == brake.Limit)
        {
            CommandOutcome.Unchanged("the brake is set so already");
            return;
        }

        if (before is null)
            db.Brakes.Add(brake);
        else
            db.Brakes.Update(brake);
        await db.SaveChangesAsync(cancellationToken);
        await audit.WriteAsync(audit.Entry(null, AuditSubject.Brake, id, "set", before: before is null ? null : new { before.Limit },
            after: new { brake.Limit }, by: told.RequestedBy), cancellationToken);
    }
}

sealed class PauseRunValidator : AbstractValidator<PauseRun>
{
    public PauseRunValidator()
    {
        RuleFor(x => x.Period).IsPeriod();
        RuleFor(x => x.Reason).IsId(400);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}

sealed class ResumeRunValidator : AbstractValidator<ResumeRun>
{
    public ResumeRunValidator()
    {
        RuleFor(x => x.Period).IsPeriod();
        RuleFor(x => x.Reason).IsText(400);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}

sealed class ApproveRunValidator : AbstractValidator<ApproveRun>
{
    public ApproveRunValidator()
    {
        RuleFor(x => x.Period).IsPeriod();
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}

sealed class SetBrakeValidator : AbstractValidator<SetBrake>
{
    /// <summary>What fits the column, in any currency.</summary>
    const decimal Most = 1_000_000_000_000_000m;

    public SetBrakeValidator()
    {
        RuleFor(x => x.Brake).Must(name => BrakeName.All.Contains(name, StringComparer.Ordinal)).Expected($"one of {string.Join(", ", BrakeName.All)}");
        RuleFor(x => x.Currency!).IsCurrency().When(x => x.Brake == BrakeName.Amount);
        RuleFor(x => x.Currency).Must(currency => currency is null).Expected($"none: only {BrakeName.Amount} has a currency")
            .When(x => x.Brake != BrakeName.Amount);
        RuleFor(x => x.Limit).Must((brake, limit) => brake.Off ? limit is null : Fits(brake.Brake, limit))
            .Expected($"{BrakeName.FailedShare}: 0 to 1; {BrakeName.Change}: 0 to 1000; a count or an amount: zero or more; and none beside Off");
        RuleFor(x => x.RequestedBy).IsText(200);
    }

    static bool Fits(string? name, decimal? limit) => limit is >= 0 and <= Most && decimal.Round(limit.Value, 4) == limit && name switch
    {
        BrakeName.FailedShare => limit <= 1,
        BrakeName.Change => limit <= 1000,
        BrakeName.UnknownCharges or BrakeName.Drifts => decimal.Truncate(limit.Value) == limit,
        _ => true
    };
}
