using Billing.Sealing;
using MassTransit;

namespace Billing.Hosting.Bus;

/// <summary>Opens what the sender has sealed. What cannot be opened stays, for the consumer to judge.</summary>
sealed class OpeningFilter<T>(Sealer sealer) : IFilter<ConsumeContext<T>>
    where T : class
{
    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        ConfidentialMembers.Open(context.Message, sealer);
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("opening");
}
