using Billing.Contracts.Seats.V1;
using Billing.Hosting.Validation;
using Billing.Persistence;
using Billing.SeatRefresh.Slots;
using Billing.SeatRefresh.Walking;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>A tick of the scheduler begins its work once, whoever repeats it.</summary>
sealed class StartSeatRefreshConsumer(SeatRefreshDbContext db, IBulkWriter bulk, TimeProvider clock) : IConsumer<StartSeatRefresh>
{
    public async Task Consume(ConsumeContext<StartSeatRefresh> context)
    {
        var tick = new RefreshTick { DueAt = context.Message.DueAt.ToUniversalTime(), StartedAt = clock.GetUtcNow() };
        if ((await bulk.InsertNewAsync(db, [tick], context.CancellationToken)).Count == 0)
            return;
        await bulk.InsertNewAsync(db, [new RefreshSettings()], context.CancellationToken);
        await db.Settings.ExecuteUpdateAsync(set => set.SetProperty(settings => settings.Draining, true), context.CancellationToken);
        await WalkKeeper.BeginAsync(db, bulk, tick.DueAt, tick.StartedAt, context.CancellationToken);
        await context.Publish(new SeatsAreDue(tick.DueAt), context.CancellationToken);
    }
}

/// <summary>Event, of this service to itself. Work is there and committed: whoever hears it begins, the others see it when they look.</summary>
public sealed record SeatsAreDue(DateTimeOffset DueAt);

sealed class SeatsAreDueConsumer(RefreshBell bell, WalkBell walks) : IConsumer<SeatsAreDue>
{
    public Task Consume(ConsumeContext<SeatsAreDue> context)
    {
        bell.Ring();
        walks.Ring();
        return Task.CompletedTask;
    }
}

sealed class StartSeatRefreshValidator : AbstractValidator<StartSeatRefresh>
{
    public StartSeatRefreshValidator() => RuleFor(x => x.DueAt).Must(due => due.Year >= 2000).Expected("an instant such as 2026-10-31T06:00:00Z");
}
