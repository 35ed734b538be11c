using Billing.Contracts.Seats.V1;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.Persistence;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Walking;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>Begins the work of a tick once, however often the tick is repeated.</summary>
sealed class StartSeatRefreshConsumer(SeatRefreshDbContext db, IBulkWriter bulk, WalkStart walks, TimeProvider clock) : IConsumer<StartSeatRefresh>
{
    public async Task Consume(ConsumeContext<StartSeatRefresh> context)
    {
        var tick = new RefreshTick { DueAt = context.Message.DueAt.ToUniversalTime(), StartedAt = clock.GetUtcNow() };
        if ((await bulk.InsertNewAsync(db, [tick], context.CancellationToken)).Count == 0)
        {
            CommandOutcome.Unchanged("the work of this tick was begun before");
            return;
        }

        CommandOutcome.Changed("tick", $"{tick.DueAt:O}", "begun");
        await bulk.InsertNewAsync(db, [new RefreshSettings()], context.CancellationToken);
        await db.Settings.ExecuteUpdateAsync(set => set.SetProperty(settings => settings.Draining, true), context.CancellationToken);
        await walks.BeginAsync(tick.DueAt, tick.StartedAt, context.CancellationToken);
        await context.Publish(new SeatsAreDue(tick.DueAt), context.CancellationToken);
    }
}

/// <summary>
/// An event of this service to itself: the work of a tick is committed. The process that receives it begins, the others find the work when they look.
/// </summary>
public sealed record SeatsAreDue(DateTimeOffset DueAt);

sealed class SeatsAreDueConsumer(RefreshSignal refresh, WalkSignal walk) : IConsumer<SeatsAreDue>
{
    public Task Consume(ConsumeContext<SeatsAreDue> context)
    {
        refresh.Set();
        walk.Set();
        return Task.CompletedTask;
    }
}

sealed class StartSeatRefreshValidator : AbstractValidator<StartSeatRefresh>
{
    public StartSeatRefreshValidator() => RuleFor(x => x.DueAt).Must(due => due.Year >= 2000).Expected("an instant such as 2026-10-31T06:00:00Z");
}
