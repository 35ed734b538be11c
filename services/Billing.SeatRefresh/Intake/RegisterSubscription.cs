using Billing.Contracts.Seats.V1;
using Billing.Hosting;
using Billing.Hosting.Texts;
using Billing.Hosting.Validation;
using FluentValidation;
using MassTransit;

namespace Billing.SeatRefresh.Intake;

sealed class RegisterSubscriptionConsumer(SubscriptionStore store) : IConsumer<RegisterSubscription>
{
    public async Task Consume(ConsumeContext<RegisterSubscription> context)
    {
        if ((await store.WriteAsync([context.Message], context, context.CancellationToken)).Refused is [var (told, expected)])
            throw CommandRejected.Because(nameof(RegisterSubscription), nameof(told.NamespaceId), told.NamespaceId, expected);
    }
}

sealed class RegisterSubscriptionsConsumer(SubscriptionStore store, IValidator<RegisterSubscription> validator) : IConsumer<RegisterSubscriptions>
{
    public async Task Consume(ConsumeContext<RegisterSubscriptions> context)
    {
        var list = SeatList<RegisterSubscription>.Check(context.Message.Subscriptions, validator, one => one.SubscriptionId);
        var (taken, refused) = await store.WriteAsync(list.Good.ConvertAll(one => one.Row), context, context.CancellationToken);
        foreach (var (told, expected) in refused)
            list.Reject(list.Good.FindLast(one => one.Row.SubscriptionId == told.SubscriptionId).Index, told,
                SeatList<RegisterSubscription>.Sentence(nameof(told.NamespaceId), told.NamespaceId, $"expected {expected}"));
        await list.AnswerAsync(context, "subscriptions", context.Message.Reference, taken, context.CancellationToken);
    }
}

sealed class RegisterSubscriptionValidator : AbstractValidator<RegisterSubscription>
{
    /// <summary>More than any customer has, and far from where an int ends.</summary>
    const int MostSeats = 10_000_000;

    public RegisterSubscriptionValidator(TimeProvider clock)
    {
        RuleFor(x => x.SubscriptionId).IsId();
        RuleFor(x => x.AccountId).IsId();
        RuleFor(x => x.NamespaceId).IsId();
        RuleFor(x => x.Plan).IsCode();
        RuleFor(x => x.AlertEmail).Must(email => email is null || MailAddress.ToAscii(email) is not null).Expected(MailAddress.Expected);
        RuleFor(x => x.Seats).InclusiveBetween(0, MostSeats).Expected("0 to 10,000,000 seats");
        RuleFor(x => x.TermStart).Must(day => day.Year is >= 2000 and < 2200).Expected("a day such as 2026-10-01");
        RuleFor(x => x.TermEnd).Must((command, day) => day >= command.TermStart && day.Year < 2200).Expected("a day such as 2027-09-30, not before TermStart");
        RuleFor(x => x.ChangedAt).HasCome(clock);
    }
}

sealed class RegisterSubscriptionsValidator : AbstractValidator<RegisterSubscriptions>
{
    public RegisterSubscriptionsValidator()
    {
        RuleFor(x => x.Subscriptions).IsList();
        RuleFor(x => x.Reference).IsReference();
    }
}
