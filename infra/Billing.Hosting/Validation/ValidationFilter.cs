using FluentValidation;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Validation;

/// <summary>Refuses a message that lacks a required member, or that one of its validators refuses, before any work begins.</summary>
sealed class ValidationFilter<T>(IServiceProvider services) : IFilter<ConsumeContext<T>>
    where T : class
{
    readonly IValidator<T>[] _validators = [.. services.GetServices<IValidator<T>>()];

    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var reasons = Rejection.ReasonsFor(context.Message, _validators);
        if (reasons.Count > 0)
        {
            var rejected = new CommandRejectedException(typeof(T).Name, reasons);
            // no consumer has seen it, so nobody else would tell the sender
            await context.NotifyFaulted(TimeSpan.Zero, nameof(ValidationFilter<>), rejected);
            throw rejected;
        }

        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("validation");
}
