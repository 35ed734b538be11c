using Billing.Contracts.Seats.V1;
using Billing.Hosting.Validation;
using Billing.Persistence;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Refreshing;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Subscriptions;

/// <summary>Keeps what was bought. A change of what was counted before asks for a count, so that nothing is owed by old terms.</summary>
sealed class RegisterSubscriptionConsumer(SeatRefreshDbContext db, IBulkWriter bulk, IOptions<PlanOptions> plans, IOptions<RefreshOptions> options) : IConsumer<RegisterSubscription>
{
    public async Task Consume(ConsumeContext<RegisterSubscription> context)
    {
        var told = context.Message;
        if ((await bulk.InsertNewAsync(db, [Begin(told)], context.CancellationToken)).Count > 0)
            return;

        var holder = await db.Subscriptions.Where(x => x.NamespaceId == told.NamespaceId).Select(x => x.SubscriptionId).SingleOrDefaultAsync(context.CancellationToken);
        if (holder is not null && holder != told.SubscriptionId)
            throw CommandRejected.Because(nameof(RegisterSubscription), nameof(told.NamespaceId), told.NamespaceId, $"a namespace without a subscription; {holder} has this one");
        var known = await db.Subscriptions.Where(x => x.SubscriptionId == told.SubscriptionId).ForUpdate().SingleAsync(context.CancellationToken);
        if (!Update(known, told, plans.Value))
            return;
        known.GuestsAreFree = plans.Value.Of(known.Plan).GuestsAreFree;
        var paid = SeatDecision.IsPaid(known.Terms, plans.Value.Of(known.Plan));
        if (paid != known.NextRefreshAt is not null)
            known.Due(paid, options.Value.MaxAge);
        if (known.LastSeatRefreshAt is not null)
            await context.Publish(new RefreshSeats { SubscriptionId = told.SubscriptionId, RequestedBy = "registration" }, context.CancellationToken);
        await db.SaveChangesAsync(context.CancellationToken);
    }

    Subscription Begin(RegisterSubscription told)
    {
        var subscription = ToSubscription(told);
        subscription.GuestsAreFree = plans.Value.Of(subscription.Plan).GuestsAreFree;
        subscription.Due(SeatDecision.IsPaid(subscription.Terms, plans.Value.Of(subscription.Plan)), options.Value.MaxAge);
        return subscription;
    }

    static bool Update(Subscription known, RegisterSubscription told, PlanOptions plans)
    {
        var (before, after) = (known.Terms, ToSubscription(told).Terms);
        if (before == after && known.AccountId == told.AccountId && known.NamespaceId == told.NamespaceId && known.AlertEmail == told.AlertEmail)
            return false;
        known.ResetDue |= SeatDecision.BeginsAnew(before, after, plans.Of(after.Plan));
        (known.AccountId, known.NamespaceId, known.AlertEmail) = (told.AccountId, told.NamespaceId, told.AlertEmail);
        (known.Plan, known.Seats, known.Trial, known.TermStart, known.TermEnd) = after;
        return true;
    }

    static Subscription ToSubscription(RegisterSubscription told) => new()
    {
        SubscriptionId = told.SubscriptionId,
        AccountId = told.AccountId,
        NamespaceId = told.NamespaceId,
        Plan = Subscription.PlanCode(told.Plan),
        Seats = told.Seats,
        Trial = told.Trial,
        TermStart = told.TermStart,
        TermEnd = told.TermEnd,
        AlertEmail = told.AlertEmail
    };
}

sealed class RegisterSubscriptionValidator : AbstractValidator<RegisterSubscription>
{
    /// <summary>More than any customer has, and far from where an int ends.</summary>
    const int MostSeats = 10_000_000;

    public RegisterSubscriptionValidator()
    {
        RuleFor(x => x.SubscriptionId).IsId();
        RuleFor(x => x.AccountId).IsId();
        RuleFor(x => x.NamespaceId).IsId();
        RuleFor(x => x.Plan).IsId();
        RuleFor(x => x.AlertEmail).Must(email => email is null || (email.Length <= 254 && email.IndexOf('@', StringComparison.Ordinal) > 0)).Expected("an e-mail address such as billing@example.com");
        RuleFor(x => x.Seats).InclusiveBetween(0, MostSeats).Expected("0 to 10,000,000 seats");
        RuleFor(x => x.TermStart).Must(day => day.Year is >= 2000 and < 2200).Expected("a day such as 2026-10-01");
        RuleFor(x => x.TermEnd).Must((command, day) => day >= command.TermStart && day.Year < 2200).Expected("a day such as 2027-09-30, not before TermStart");
    }
}
