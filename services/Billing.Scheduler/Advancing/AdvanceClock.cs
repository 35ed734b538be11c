using Billing.Clock;
using Billing.Contracts.Scheduling.V1;
using Billing.Hosting;
using Billing.Hosting.Outcomes;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Advancing;

/// <summary>Says where the test clock has to go. The way there is the <see cref="ClockOwner"/>'s.</summary>
sealed class AdvanceClockConsumer(SchedulerDbContext db, TimeProvider clock, ClockSignal signal) : IConsumer<AdvanceClock>
{
    static readonly TimeSpan Farthest = TimeSpan.FromDays(3653);

    public async Task Consume(ConsumeContext<AdvanceClock> context)
    {
        var told = context.Message;
        if (clock is not TestClock)
            throw Rejected(told, "an installation whose services were started with Clock:Test=true; this one runs by the real time");
        var now = clock.GetUtcNow();
        if (told.To <= now)
            throw Rejected(told, $"an instant after {now:yyyy-MM-dd'T'HH:mm:ss'Z'}, which the test clock shows: it never goes back");
        if (told.To - now > Farthest)
            throw Rejected(told, "an instant within ten years of what the test clock shows");
        var state = await db.Clock.ForUpdate().SingleAsync(context.CancellationToken);
        if (state.Target >= told.To)
        {
            CommandOutcome.Unchanged($"the clock is on its way to {state.Target:yyyy-MM-dd'T'HH:mm:ss'Z'} already");
            return;
        }

        CommandOutcome.Changed("clock", "test", "sent forward", new { now }, new { told.To });
        if (state.Target is null)
            (state.SentFrom, state.Moves) = (now, 0);
        (state.Target, state.RequestedBy) = (told.To.ToUniversalTime(), told.RequestedBy);
        await db.SaveChangesAsync(context.CancellationToken);
        signal.Set();
    }

    static CommandRejectedException Rejected(AdvanceClock told, string expected) =>
        new(nameof(AdvanceClock), [$"{nameof(AdvanceClock.To)} is \"{told.To:yyyy-MM-dd'T'HH:mm:ssK}\"; expected {expected}."]);
}

sealed class AdvanceClockValidator : AbstractValidator<AdvanceClock>
{
    public AdvanceClockValidator() => RuleFor(x => x.RequestedBy).Must(text => text is null || (text.Length <= 200 && !text.Any(char.IsControl)))
        .WithMessage("expected at most 200 characters, none of them a control character.");
}
