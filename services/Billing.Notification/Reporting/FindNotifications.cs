using Billing.Contracts.Notification.V1;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Reporting;

/// <summary>Tells another service what became of its messages, by the ids that it gave them.</summary>
sealed class FindNotificationsConsumer(NotificationDbContext db) : IConsumer<FindNotifications>
{
    public async Task Consume(ConsumeContext<FindNotifications> context)
    {
        var ids = context.Message.NotificationIds;
        var found = await db.Messages.AsNoTracking().Where(message => ids.Contains(message.NotificationId))
            .Select(message => new { message.NotificationId, message.State }).ToListAsync(context.CancellationToken);
        foreach (var message in found)
            CommandOutcome.Changed("notification", $"{message.NotificationId}", "found", after: new { State = message.State.ToString() });
        CommandOutcome.Unchanged("no message has one of these ids");
        await context.RespondAsync(new NotificationsFound
        {
            Notifications = [.. found.Select(message => new FoundNotification { NotificationId = message.NotificationId, State = message.State.ToString() })]
        });
    }
}

sealed class FindNotificationsValidator : AbstractValidator<FindNotifications>
{
    /// <summary>One statement by primary key.</summary>
    const int Most = 1000;

    public FindNotificationsValidator() => RuleFor(x => x.NotificationIds.Length).LessThanOrEqualTo(Most).Expected("at most 1,000 ids");
}
