using Billing.Contracts.Scheduling.V1;
using Billing.Hosting;
using Billing.Hosting.Outcomes;
using Billing.Persistence;
using Billing.Scheduler.Auditing;
using Billing.Scheduler.Steering;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Dated;

/// <summary>Whoever holds the row's lock decides: a command is cancelled, or published, never both.</summary>
sealed class CancelScheduledCommandConsumer(SchedulerDbContext db, AuditTrail audit, TimeProvider clock) : IConsumer<CancelScheduledCommand>
{
    public async Task Consume(ConsumeContext<CancelScheduledCommand> context)
    {
        var told = context.Message;
        var command = await db.Commands.Where(x => x.Id == told.ScheduleId).ForUpdate().SingleOrDefaultAsync(context.CancellationToken)
            ?? throw CommandRejected.Because(
                nameof(CancelScheduledCommand), nameof(told.ScheduleId), $"{told.ScheduleId}", "the id of a command that was scheduled");
        if (command.State != ScheduledState.Waiting)
        {
            CommandOutcome.Unchanged($"it was {command.State.ToString().ToLowerInvariant()} at {command.EndedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}");
            return;
        }

        (command.State, command.EndedAt) = (ScheduledState.Cancelled, clock.GetUtcNow());
        (command.CancelledBy, command.Because) = (AuditTrail.WhoOf(context, told.RequestedBy), told.Reason);
        audit.Write(context, (AuditSubject.Command, $"{command.Id}"), "cancelled", told.RequestedBy, told.Reason);
        await db.SaveChangesAsync(context.CancellationToken);
    }
}

sealed class CancelScheduledCommandValidator : AbstractValidator<CancelScheduledCommand>
{
    public CancelScheduledCommandValidator()
    {
        RuleFor(x => x.Reason).IsReason();
        RuleFor(x => x.RequestedBy).IsWho();
    }
}
