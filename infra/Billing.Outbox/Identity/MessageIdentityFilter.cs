using MassTransit;
using MassTransit.Configuration;
using MassTransit.Context;

namespace Billing.Outbox;

/// <summary>
/// Gives a message without an id the one that follows from what it says, before the inbox asks for it, and one without a conversation the conversation that
/// it begins: whoever publishes plain JSON finds the correlation id, or else the message id, that he gave wherever the command went.
/// </summary>
sealed class MessageIdentityFilter<T>(MessageIdentityOptions options) : IFilter<ConsumeContext<T>>
    where T : class
{
    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next) =>
        next.Send(context.MessageId.HasValue && context.ConversationId.HasValue ? context
            : new IdentifiedConsumeContext(context, context.MessageId ?? options.IdOf(context)));

    public void Probe(ProbeContext context) => context.CreateFilterScope("messageIdentity");

    sealed class IdentifiedConsumeContext : ConsumeContextProxy<T>
    {
        public IdentifiedConsumeContext(ConsumeContext<T> context, Guid messageId)
            : base(context)
        {
            MessageId = messageId;
            ConversationId = context.ConversationId ?? context.CorrelationId ?? messageId;
        }

        public override Guid? MessageId { get; }
        public override Guid? ConversationId { get; }
    }
}

/// <summary>Adds the filter for every message type that the endpoint consumes. It is outside any scope, so a retry has a scope of its own.</summary>
sealed class MessageIdentityObserver : ConfigurationObserver, IMessageConfigurationObserver
{
    readonly IReceiveEndpointConfigurator _endpoint;
    readonly MessageIdentityOptions _options;
    readonly HashSet<Type> _known = [];

    MessageIdentityObserver(IReceiveEndpointConfigurator endpoint, MessageIdentityOptions options)
        : base(endpoint)
    {
        _endpoint = endpoint;
        _options = options;
        Connect(this);
    }

    public static void Observe(IReceiveEndpointConfigurator endpoint, MessageIdentityOptions options) => _ = new MessageIdentityObserver(endpoint, options);

    public void MessageConfigured<TMessage>(IConsumePipeConfigurator configurator)
        where TMessage : class =>
        Add<TMessage>();

    /// <summary>The messages of a batch come one by one before they are gathered: there each gets its id.</summary>
    public override void BatchConsumerConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, Batch<TMessage>> configurator) =>
        Add<TMessage>();

    void Add<TMessage>()
        where TMessage : class
    {
        if (_known.Add(typeof(TMessage)))
            ((IConsumePipeConfigurator)_endpoint).AddPipeSpecification(new Specification<TMessage>(new MessageIdentityFilter<TMessage>(_options)));
    }

    sealed class Specification<TMessage>(MessageIdentityFilter<TMessage> filter) : IPipeSpecification<ConsumeContext<TMessage>>
        where TMessage : class
    {
        public void Apply(IPipeBuilder<ConsumeContext<TMessage>> builder) => builder.AddFilter(filter);

        public IEnumerable<ValidationResult> Validate() => [];
    }
}
