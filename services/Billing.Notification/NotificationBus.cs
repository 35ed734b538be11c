using Billing.Notification.Commands;
using Billing.Notification.Intake;
using Billing.Notification.Reporting;
using Billing.Outbox;
using MassTransit;

namespace Billing.Notification;

/// <summary>
/// The consumers, one to a line. They publish nothing in a transaction, so there is no outbox; the primary key of a message is its inbox, for ever.
/// </summary>
static class NotificationBus
{
    public static void Configure(IBusRegistrationConfigurator x)
    {
        x.AddConsumer<SendEmailConsumer, Gathered<SendEmailConsumer>>();
        x.AddConsumer<SendSmsConsumer, Gathered<SendSmsConsumer>>();
        x.AddConsumer<SendEmailsConsumer, FewLarge<SendEmailsConsumer>>();
        x.AddConsumer<FindNotificationsConsumer>();
        x.AddConsumer<PreviewLetterConsumer>();

        // what people set at run time
        x.AddConsumer<SetSendingLimitConsumer>();
        x.AddConsumer<SetTierConsumer>();
        x.AddConsumer<SetWorkspaceTierConsumer>();
        x.AddConsumer<PauseWorkspaceConsumer>();
        x.AddConsumer<ResumeWorkspaceConsumer>();
        x.AddConsumer<ReplayNotificationsConsumer>();
        x.AddConsumer<ReplayFaultsConsumer>();
        x.AddConsumer<DiscardFaultsConsumer>();
        x.AddConsumer<ContactErasedConsumer>();
        x.AddMessageIdentity();
    }
}

/// <summary>For messages that come one by one: a hundred of them cost little more than one.</summary>
sealed class Gathered<TConsumer> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
{
    const int MostInBatch = 100;

    /// <summary>Batches at the same time: some are written while the next is gathered.</summary>
    const int Batches = 4;

    /// <summary>
    /// How long the first message of a batch waits for others, which is most of the time that one message takes on an idle system. With half of it, batches
    /// would be too small for five hundred messages a second where a commit takes 100 ms.
    /// </summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<TConsumer> consumer, IRegistrationContext context)
    {
        endpoint.PrefetchCount = 2 * MostInBatch * Batches;
        consumer.Options<MassTransit.BatchOptions>(batch => batch.SetMessageLimit(MostInBatch).SetTimeLimit(LongestWait).SetConcurrencyLimit(Batches));
    }
}

/// <summary>For messages that hold a thousand each: few at a time, and few taken ahead, so that other processes get their share.</summary>
sealed class FewLarge<TConsumer> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
{
    public FewLarge() => ConcurrentMessageLimit = 2;

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<TConsumer> consumer, IRegistrationContext context) =>
        endpoint.PrefetchCount = 4;
}
