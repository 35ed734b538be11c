using Billing.Contracts.Seats.V1;
using Billing.Hosting.Validation;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>A tick of the scheduler begins its work once, whoever repeats it.</summary>
sealed class StartSeatRefreshConsumer(SeatRefreshDbContext db, IBulkWriter bulk, IOptions<RefreshOptions> options, TimeProvider clock) : IConsumer<StartSeatRefresh>
{
    public async Task Consume(ConsumeContext<StartSeatRefresh> context)
    {
        var now = clock.GetUtcNow();
        var tick = new RefreshTick { DueAt = context.Message.DueAt.ToUniversalTime(), StartedAt = now };
        if ((await bulk.InsertNewAsync(db, [tick], context.CancellationToken)).Count == 0)
            return;
        await context.Publish(new ContinueSeatRefresh { DueAt = tick.DueAt, CountedBefore = now - options.Value.MaxAge }, context.CancellationToken);
    }
}

sealed class StartSeatRefreshValidator : AbstractValidator<StartSeatRefresh>
{
    public StartSeatRefreshValidator() => RuleFor(x => x.DueAt).Must(due => due.Year >= 2000).Expected("an instant such as 2026-10-31T06:00:00Z");
}
