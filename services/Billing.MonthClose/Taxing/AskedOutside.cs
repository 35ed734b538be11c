using MassTransit;
using MassTransit.Configuration;

namespace Billing.MonthClose.Taxing;

/// <summary>
/// Stands around a step's transaction. When the step needs taxes that it does not have, its transaction and its locks are given back, they are asked for here,
/// and it begins anew.
/// </summary>
// step   |--reads, locks, draws lines--| back        |--reads, locks, draws lines, writes--|
// here                                    |--asks--|
sealed class AskedOutside<T>(IServiceProvider services) : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var known = KnownTaxes.Current = new KnownTaxes();
        while (true)
            try
            {
                await next.Send(context);
                return;
            }
            catch (TaxUnknownException unknown)
            {
                await known.AskAsync(services.GetRequiredService<TaxService>(), unknown.Requests, context.CancellationToken);
            }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("askedOutside");
}

/// <summary>Hangs it in front of every message of an endpoint. Call it before the outbox is hung there.</summary>
sealed class TaxPipeline : ConfigurationObserver, IMessageConfigurationObserver
{
    readonly IServiceProvider _services;
    readonly HashSet<Type> _seen = [];

    public TaxPipeline(IReceiveEndpointConfigurator endpoint, IServiceProvider services)
        : base(endpoint)
    {
        _services = services;
        Connect(this);
    }

    public void MessageConfigured<TMessage>(IConsumePipeConfigurator configurator)
        where TMessage : class
    {
        if (_seen.Add(typeof(TMessage)))
            configurator.AddPipeSpecification(new FilterPipeSpecification<ConsumeContext<TMessage>>(new AskedOutside<TMessage>(_services)));
    }
}
