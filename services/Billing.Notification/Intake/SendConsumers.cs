using Billing.Contracts.Notification.V1;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.Notification.Delivering;
using Billing.Notification.Messages;
using FluentValidation;
using MassTransit;

namespace Billing.Notification.Intake;

sealed class SendEmailConsumer(MessageStore store, ErasedWorkspaces erased, [FromKeyedServices(Channel.Email)] IOutlet outlet, TimeProvider clock)
    : IConsumer<Batch<SendEmail>>
{
    public async Task Consume(ConsumeContext<Batch<SendEmail>> context)
    {
        var asked = await erased.WithoutContactsAsync(
            [
                .. context.Message.Select(email => IncomingMessages.Read(email.Message, clock.GetUtcNow())
                    .OrHasLeft(email.Message.MayHaveLeft, outlet).AskedForBy(email))
            ], context.CancellationToken);
        var stored = await store.StoreAsync(asked, context, context.CancellationToken);
        foreach (var (email, message) in context.Message.Zip(asked))
            stored.Tell(CommandOutcome.Of(email), message);
    }
}

sealed class SendSmsConsumer(MessageStore store, ErasedWorkspaces erased, [FromKeyedServices(Channel.Sms)] IOutlet outlet, TimeProvider clock)
    : IConsumer<Batch<SendSms>>
{
    public async Task Consume(ConsumeContext<Batch<SendSms>> context)
    {
        var asked = await erased.WithoutContactsAsync(
            [
                .. context.Message.Select(sms => IncomingMessages.Read(sms.Message, clock.GetUtcNow())
                    .OrHasLeft(sms.Message.MayHaveLeft, outlet).AskedForBy(sms))
            ], context.CancellationToken);
        var stored = await store.StoreAsync(asked, context, context.CancellationToken);
        foreach (var (sms, message) in context.Message.Zip(asked))
            stored.Tell(CommandOutcome.Of(sms), message);
    }
}

sealed class SendEmailsConsumer(MessageStore store, ErasedWorkspaces erased, [FromKeyedServices(Channel.Email)] IOutlet outlet, TimeProvider clock)
    : IConsumer<SendEmails>
{
    public async Task Consume(ConsumeContext<SendEmails> context)
    {
        var asked = await erased.WithoutContactsAsync(
            [
                .. RecordList.Of(context.Message.Emails).Select(email =>
                    IncomingMessages.Read(email, IncomingMessages.Unnamed(context.MessageId!.Value, email.Index), clock.GetUtcNow())
                        .OrHasLeft(email.Record.MayHaveLeft, outlet).AskedForBy(context))
            ], context.CancellationToken);
        var stored = await store.StoreAsync(asked, context, context.CancellationToken);
        foreach (var message in asked)
            stored.Tell(CommandOutcome.Current, message);
    }
}

/// <summary>A list is refused as a whole only for its length; what is wrong with an e-mail in it concerns that one alone.</summary>
sealed class SendEmailsValidator : AbstractValidator<SendEmails>
{
    /// <summary>One statement and one message of about a megabyte.</summary>
    public const int Most = 1000;

    public SendEmailsValidator() => RuleFor(list => list.Emails.Length).LessThanOrEqualTo(Most).Expected("at most 1,000 e-mails");
}
