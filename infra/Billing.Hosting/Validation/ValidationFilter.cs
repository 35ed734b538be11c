using FluentValidation;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Validation;

/// <summary>Refuses a message that lacks a required member, or that one of its validators refuses, before any work begins.</summary>
sealed class ValidationFilter<T>(IServiceProvider services) : IFilter<ConsumeContext<T>>
    where T : class
{
    readonly IValidator<T>[] _validators = [.. services.GetServices<IValidator<T>>()];

    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var reasons = Rejection.ReasonsFor(context.Message, _validators);
        return reasons.Count == 0 ? next.Send(context) : throw new CommandRejectedException(typeof(T).Name, reasons);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("validation");
}
