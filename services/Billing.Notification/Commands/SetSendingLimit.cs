using Billing.Contracts.Notification.V1;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.Limits;
using Billing.Notification.Limiting;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Commands;

/// <summary>Sets a channel's limit for all processes; what was lowered because of the provider is forgotten, since a person knows better.</summary>
sealed class SetSendingLimitConsumer(NotificationDbContext db, IBulkWriter bulk, ISharedPermits permits, TimeProvider clock) : IConsumer<SetSendingLimit>
{
    public async Task Consume(ConsumeContext<SetSendingLimit> context)
    {
        var (set, stopping, now) = (context.Message, context.CancellationToken, clock.GetUtcNow());
        var channel = Enum.Parse<Channel>(set.Channel, ignoreCase: true);
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        var name = ChannelLimits.Sends(channel);
        var before = await db.Set<PermitLimitRow>().AsNoTracking().SingleOrDefaultAsync(x => x.Name == name, stopping);
        var inFlightBefore = await db.Set<PermitLimitRow>().AsNoTracking().SingleOrDefaultAsync(x => x.Name == ChannelLimits.InFlight(channel), stopping);
        if (IsSet(before, set.PerSecond) && (set.InFlight is null || IsSet(inFlightBefore, set.InFlight)))
            CommandOutcome.Unchanged("the limits are these already");
        else
            CommandOutcome.Changed("limit", $"{channel}", "set", new { PerSecond = before?.Permits, InFlight = inFlightBefore?.Permits },
                new { set.PerSecond, InFlight = set.InFlight ?? inFlightBefore?.Permits });
        await db.SetPermitsAsync(bulk, name, set.PerSecond, set.RequestedBy, now, stopping);
        if (set.InFlight is { } inFlight)
            await db.SetPermitsAsync(bulk, ChannelLimits.InFlight(channel), inFlight, set.RequestedBy, now, stopping);
        db.Add(new LimitChangeEntry
        {
            LimitChangeId = Guid.CreateVersion7(now),
            Channel = channel,
            At = now,
            From = before.PermitsOr(permits.Of(name).Setting.PerSecond),
            To = set.PerSecond,
            Cause = "set by command",
            By = set.RequestedBy
        });
        await db.SaveChangesAsync(stopping);
        await transaction.CommitAsync(stopping);
        permits.Of(name).LookNow();
        permits.Of(ChannelLimits.InFlight(channel)).LookNow();
    }

    static bool IsSet(PermitLimitRow? row, int? permits) => row is { IsSet: true, Lowered: null } && row.Permits == permits;
}

sealed class SetSendingLimitValidator : AbstractValidator<SetSendingLimit>
{
    public SetSendingLimitValidator()
    {
        RuleFor(x => x.Channel).IsChannel();
        RuleFor(x => x.PerSecond).Must((limit, x) => limit.Unlimited ? x is null : x is >= 0 and <= 10_000)
            .Expected("messages a second from 0 (a pause) to 10000, or unlimited true and no number");
        RuleFor(x => x.InFlight).Must(x => x is null or >= 1 and <= 100).Expected("1 to 100, or nothing");
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
