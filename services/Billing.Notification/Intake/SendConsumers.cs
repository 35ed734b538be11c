using Billing.Contracts.Notification.V1;
using Billing.Hosting.Validation;
using Billing.Notification.Messages;
using FluentValidation;
using MassTransit;

namespace Billing.Notification.Intake;

sealed class SendEmailConsumer(MessageStore store, TimeProvider clock) : IConsumer<Batch<SendEmail>>
{
    public Task Consume(ConsumeContext<Batch<SendEmail>> context) =>
        store.StoreAsync(context.Message.Select(email => IncomingMessages.Read(email.Message, clock.GetUtcNow()).AskedForBy(email)), context,
            context.CancellationToken);
}

sealed class SendSmsConsumer(MessageStore store, TimeProvider clock) : IConsumer<Batch<SendSms>>
{
    public Task Consume(ConsumeContext<Batch<SendSms>> context) =>
        store.StoreAsync(context.Message.Select(sms => IncomingMessages.Read(sms.Message, clock.GetUtcNow()).AskedForBy(sms)), context,
            context.CancellationToken);
}

sealed class SendEmailsConsumer(MessageStore store, TimeProvider clock) : IConsumer<SendEmails>
{
    public Task Consume(ConsumeContext<SendEmails> context) =>
        store.StoreAsync(RecordList.Of(context.Message.Emails).Select(email =>
            IncomingMessages.Read(email, IncomingMessages.Unnamed(context.MessageId!.Value, email.Index), clock.GetUtcNow()).AskedForBy(context)), context,
            context.CancellationToken);
}

/// <summary>A list is refused as a whole only for its length; what is wrong with an e-mail in it concerns that one alone.</summary>
sealed class SendEmailsValidator : AbstractValidator<SendEmails>
{
    /// <summary>One statement and one message of about a megabyte.</summary>
    public const int Most = 1000;

    public SendEmailsValidator() => RuleFor(list => list.Emails.Length).LessThanOrEqualTo(Most).Expected("at most 1,000 e-mails");
}
