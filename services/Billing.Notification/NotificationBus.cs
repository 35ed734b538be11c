using Billing.Notification.Commands;
using Billing.Notification.Intake;
using Billing.Notification.Reporting;
using Billing.Outbox;
using MassTransit;

namespace Billing.Notification;

/// <summary>Who listens to what, one to a line. Nothing is said in answer, so there is no outbox; a message's own key in its table is its inbox, for ever.</summary>
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
    /// What the first of a batch waits for company, which is most of what one message takes on an idle system. Half of it would be noticed by nobody, and
    /// where a commit takes 100 ms the batches would stay too small for five hundred messages a second.
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
