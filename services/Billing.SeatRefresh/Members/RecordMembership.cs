using Billing.Contracts.Seats.V1;
using Billing.Hosting.Validation;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Members;

/// <summary>Notes who is in a namespace. Nothing is counted here: a refresh does that.</summary>
sealed class RecordMembershipConsumer(SeatRefreshDbContext db, IBulkWriter bulk, TimeProvider clock) : IConsumer<RecordMembership>
{
    public async Task Consume(ConsumeContext<RecordMembership> context)
    {
        var told = context.Message;
        var news = new Membership
        {
            NamespaceId = told.NamespaceId,
            UserId = told.UserId,
            Role = told.Role,
            State = told.State,
            Bot = told.Bot,
            CustomRole = told.CustomRole,
            Raised = told.CustomRoleTakesSeat,
            RecordedAt = clock.GetUtcNow(),
            ChangedAt = told.ChangedAt?.ToUniversalTime()
        };
        if ((await bulk.InsertNewAsync(db, [news], context.CancellationToken)).Count > 0)
            return;

        var known = await db.Memberships.Where(x => x.NamespaceId == told.NamespaceId && x.UserId == told.UserId).ForUpdate().SingleAsync(context.CancellationToken);
        if (news.ChangedAt < known.ChangedAt)
            return;     // old news
        (known.Role, known.State, known.Bot, known.ChangedAt) = (news.Role, news.State, news.Bot, news.ChangedAt ?? known.ChangedAt);
        (known.CustomRole, known.Raised) = (news.CustomRole, news.Raised);
        await db.SaveChangesAsync(context.CancellationToken);
    }
}

sealed class RecordMembershipValidator : AbstractValidator<RecordMembership>
{
    public RecordMembershipValidator()
    {
        RuleFor(x => x.NamespaceId).IsId();
        RuleFor(x => x.UserId).IsId();
        RuleFor(x => x.Role).Must(Membership.Roles.Contains).Expected("guest, reporter, developer, maintainer or owner");
        RuleFor(x => x.CustomRole).MaximumLength(64).Expected("at most 64 characters");
        RuleFor(x => x.CustomRoleTakesSeat).Must((command, takes) => !takes || command.CustomRole is not null).Expected("false where there is no CustomRole");
        RuleFor(x => x.State).Must(Membership.States.Contains).Expected("active, awaiting, blocked, banned or removed");
    }
}
