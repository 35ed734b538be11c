using Billing.Hosting.Bus;
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

/// <summary>For messages that hold a thousand each: few at a time, and few taken ahead, so that other processes get their share.</summary>
sealed class FewLarge<TConsumer> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
{
    public FewLarge() => ConcurrentMessageLimit = 2;

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<TConsumer> consumer, IRegistrationContext context) =>
        endpoint.PrefetchCount = 4;
}
