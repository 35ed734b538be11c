using System.Diagnostics;
using Billing.Contracts.Notification.V1;
using Billing.Hosting.Commands;
using Billing.Hosting.Logging;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Restoring;
using Billing.Hosting.Texts;
using Billing.Hosting.Work;
using Billing.Persistence;
using Billing.Scheduler.Ticking;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Dated;

/// <summary>
/// Publishes what is due: the row's new state and the message are one transaction under the row's lock, so of several processes one publishes it, once. While
/// books that were brought back are held, it waits: its receivers may not know it any more, and would do it again.
/// </summary>
sealed class DueCommandStep(
    SchedulerDbContext db, Restorations<SchedulerDbContext> restorations, IPublishEndpoint bus, TimeProvider clock, ILogger<DueCommandStep> log)
{
    /// <summary>As many commands in one transaction: 100. More follow at once.</summary>
    public const int Most = 100;

    static readonly ActivitySource Source = new("Billing.Scheduler");

    /// <returns>How many rows ended.</returns>
    public async Task<int> PublishAsync(CancellationToken cancellationToken)
    {
        var restored = await restorations.LastAsync(db, cancellationToken);
        if (restored is { ReleasedAt: null })
            return 0;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var due = await db.Commands.Where(x => x.State == ScheduledState.Waiting && x.DueAt <= now)
            .OrderBy(x => x.DueAt).Take(Most).ForUpdateSkipLocked().ToListAsync(cancellationToken);
        foreach (var command in due)
            await PublishAsync(command, now, mayHaveLeft: restored is { NothingLeft: false } && command.DueAt <= restored.RestoredAt, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return due.Count;
    }

    async Task PublishAsync(ScheduledCommand command, DateTimeOffset now, bool mayHaveLeft, CancellationToken cancellationToken)
    {
        command.EndedAt = now;
        if (Read(command) is not { } told)
        {
            command.State = ScheduledState.Failed;
            log.CommandLost(command.Command, command.Id, command.DueAt, command.Because!);
            return;
        }

        command.State = ScheduledState.Published;
        await SendAsync(command, mayHaveLeft ? OrHasLeft(told) : told, cancellationToken);
    }

    /// <summary>Publishes a command once more, under the same id: who has heard it takes no notice.</summary>
    public Task PublishAgainAsync(ScheduledCommand command, bool mayHaveLeft, CancellationToken cancellationToken) =>
        Read(command) is { } told ? SendAsync(command, mayHaveLeft ? OrHasLeft(told) : told, cancellationToken) : Task.CompletedTask;

    async Task SendAsync(ScheduledCommand command, object message, CancellationToken cancellationToken)
    {
        // its time has come, and a trace and a conversation begin
        using var activity = Source.StartActivity("scheduled command", ActivityKind.Producer);
        using var scope = log.BeginScope(LogIds.Of(command.Id, command.Id, null));
        await bus.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(context =>
        {
            context.MessageId = command.Id;
            context.ConversationId = command.Id;
            context.TellOutcomeTo(AnswerQueue.Name);
        }), cancellationToken);
        log.CommandPublished(command.Command, command.Id, command.DueAt);
    }

    /// <summary>
    /// It fell due before the books were brought back, and may have been published then. What it changed in books has gone back with them; a message to a
    /// person has not.
    /// </summary>
    static object OrHasLeft(object message) => message switch
    {
        SendEmail email => email with { MayHaveLeft = true },
        SendEmails emails => emails with { Emails = [.. emails.Emails.Select(email => email with { MayHaveLeft = true })] },
        SendSms sms => sms with { MayHaveLeft = true },
        _ => message
    };

    /// <summary>It could be read when it was scheduled; a later version of the program may know its contract no more.</summary>
    static object? Read(ScheduledCommand command)
    {
        try
        {
            return CommandBody.Read(CommandCatalog.Find(command.Command).Single(), command.Body);
        }
        catch (Exception gone)
        {
            command.Because = gone.Message.ShortenedTo(1000);
            return null;
        }
    }
}

/// <summary>Looks each second for what is due: a read of an index, and a command that is late by a second at most.</summary>
sealed class DueCommandWorker(IServiceScopeFactory scopes, DatabaseReadiness database, TimeProvider clock, ILogger<DueCommandWorker> log)
    : PeriodicWork(database, clock, log)
{
    protected override TimeSpan Period { get; } = TimeSpan.FromSeconds(1);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        int published;
        do
        {
            await using var scope = scopes.CreateAsyncScope();
            published = await scope.ServiceProvider.GetRequiredService<DueCommandStep>().PublishAsync(stopping);
        }
        while (published == DueCommandStep.Most);
    }
}
