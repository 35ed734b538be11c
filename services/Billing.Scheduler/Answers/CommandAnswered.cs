using Billing.Contracts.Outcomes.V1;
using Billing.Hosting.Texts;
using Billing.Scheduler.Dated;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Answers;

/// <summary>What became of a command that a tick or a due time published is written beside it.</summary>
sealed class CommandAnsweredConsumer(SchedulerDbContext db) : IConsumer<CommandAnswered>
{
    const int Longest = 1000;

    public async Task Consume(ConsumeContext<CommandAnswered> context)
    {
        var told = context.Message;
        if (told.MessageId is not { } id)
            return;
        var because = (told.Because ?? string.Join("; ", told.Faults.Select(fault => $"{fault.Field} is {fault.Value}; expected {fault.Expected}")))
            .ShortenedTo(Longest);
        if (await db.Ticks.SingleOrDefaultAsync(x => x.CommandId == id, context.CancellationToken) is { } tick)
            (tick.Outcome, tick.Because) = (told.Outcome, because.Length > 0 ? because : null);
        else if (await db.Commands.FindAsync([id], context.CancellationToken) is { State: ScheduledState.Published } command)
            (command.Outcome, command.Because) = (told.Outcome, because.Length > 0 ? because : null);
        await db.SaveChangesAsync(context.CancellationToken);
    }
}
