using Billing.Hosting.Personal;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Dated;

/// <summary>A command that waits, and was of an account alone whose contact data was erased, is not published any more.</summary>
sealed class CommandsOfErasedContacts(SchedulerDbContext db, TimeProvider clock) : IErasureStep
{
    const string Because = "the contact data of its account was erased";

    public Task RunAsync(ErasedContact contact, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return db.Commands.Where(command => command.State == ScheduledState.Waiting && command.Body == ScheduledCommand.NothingLeft)
            .ExecuteUpdateAsync(set => set.SetProperty(command => command.State, ScheduledState.Cancelled).SetProperty(command => command.EndedAt, now)
                .SetProperty(command => command.CancelledBy, contact.ErasedBy).SetProperty(command => command.Because, Because), cancellationToken);
    }
}
