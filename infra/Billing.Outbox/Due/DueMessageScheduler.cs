using MassTransit;
using MassTransit.Context;
using MassTransit.Scheduling;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Outbox;

/// <summary>Lets a saga's <c>Schedule</c> and <c>Unschedule</c>, and a consumer's scheduler, write due messages into the open transaction.</summary>
sealed class DueMessageScheduler<TDbContext> : IFilter<ConsumeContext>
    where TDbContext : DbContext
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        context.GetOrAddPayload<MessageSchedulerContext>(() => new ConsumeMessageSchedulerContext(context, SchedulerOf));
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("dueMessages");

    static MessageScheduler SchedulerOf(ConsumeContext context)
    {
        // the outbox puts itself in the place of the context that the filter saw; only it knows the scope and its transaction
        var services = context as IServiceProvider ?? (context.TryGetPayload<IServiceProvider>(out var scope) ? scope
            : throw new InvalidOperationException(
                $"{context.ReceiveContext.InputAddress} schedules messages, so it needs UseEntityFrameworkOutbox<{typeof(TDbContext).Name}>"));
        return new MessageScheduler(new Provider(services.GetRequiredService<DueMessages<TDbContext>>()), services.GetRequiredService<IBus>().Topology);
    }

    sealed class Provider(DueMessages<TDbContext> messages) : IScheduleMessageProvider
    {
        public async Task<ScheduledMessage<T>> ScheduleSend<T>(Uri destinationAddress, DateTime scheduledTime, T message, IPipe<SendContext<T>> pipe,
            CancellationToken cancellationToken)
            where T : class
        {
            var due = new DateTimeOffset(scheduledTime.Kind == DateTimeKind.Unspecified
                ? DateTime.SpecifyKind(scheduledTime, DateTimeKind.Utc) : scheduledTime);
            var token = await messages.SendAsync(destinationAddress, due, message, pipe, cancellationToken).ConfigureAwait(false);
            return new ScheduledMessageHandle<T>(token, due.UtcDateTime, destinationAddress, message);
        }

        public Task CancelScheduledSend(Guid tokenId, CancellationToken cancellationToken) => messages.CancelAsync(tokenId, cancellationToken);

        public Task CancelScheduledSend(Uri destinationAddress, Guid tokenId, CancellationToken cancellationToken) =>
            messages.CancelAsync(tokenId, cancellationToken);
    }
}
