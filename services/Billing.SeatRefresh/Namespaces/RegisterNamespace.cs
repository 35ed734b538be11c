using Billing.Contracts.Seats.V1;
using Billing.Hosting.Validation;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Namespaces;

/// <summary>Notes where a namespace hangs. A tree stays a tree: what would close a ring, or grow too deep, is refused.</summary>
sealed class RegisterNamespaceConsumer(SeatRefreshDbContext db, IBulkWriter bulk) : IConsumer<RegisterNamespace>
{
    public async Task Consume(ConsumeContext<RegisterNamespace> context)
    {
        var told = context.Message;
        await CheckAboveAsync(told, context.CancellationToken);
        var news = new NamespaceNode { NamespaceId = told.NamespaceId, ParentId = told.ParentId, Kind = told.Kind, ChangedAt = told.ChangedAt?.ToUniversalTime() };
        if ((await bulk.InsertNewAsync(db, [news], context.CancellationToken)).Count > 0)
            return;
        var known = await db.Namespaces.Where(x => x.NamespaceId == told.NamespaceId).ForUpdate().SingleAsync(context.CancellationToken);
        if (news.ChangedAt < known.ChangedAt)
            return;     // old news
        (known.ParentId, known.Kind, known.ChangedAt) = (news.ParentId, news.Kind, news.ChangedAt ?? known.ChangedAt);
        await db.SaveChangesAsync(context.CancellationToken);
    }

    async Task CheckAboveAsync(RegisterNamespace told, CancellationToken cancellationToken)
    {
        var at = told.ParentId;
        for (var depth = 1; at is not null; depth++)
        {
            if (at == told.NamespaceId)
                throw CommandRejected.Because(nameof(RegisterNamespace), nameof(told.ParentId), told.ParentId!, $"a namespace that does not hang below {told.NamespaceId}");
            if (depth >= NamespaceNode.Deepest)
                throw CommandRejected.Because(nameof(RegisterNamespace), nameof(told.ParentId), told.ParentId!, $"a namespace at most {NamespaceNode.Deepest - 1} levels deep");
            at = await db.Namespaces.Where(x => x.NamespaceId == at).Select(x => x.ParentId).SingleOrDefaultAsync(cancellationToken);
        }
    }
}

sealed class RegisterNamespaceValidator : AbstractValidator<RegisterNamespace>
{
    public RegisterNamespaceValidator()
    {
        RuleFor(x => x.NamespaceId).IsId();
        RuleFor(x => x.ParentId!).IsId().When(x => x.ParentId is not null);
        RuleFor(x => x.Kind).Must(kind => kind is NamespaceNode.Group or NamespaceNode.Project).Expected("group or project");
    }
}

/// <summary>Notes that a group may work in another group or project, or may no more.</summary>
sealed class RecordInvitationConsumer(SeatRefreshDbContext db, IBulkWriter bulk) : IConsumer<RecordInvitation>
{
    public async Task Consume(ConsumeContext<RecordInvitation> context)
    {
        var told = context.Message;
        var news = new Invitation { NamespaceId = told.NamespaceId, GroupId = told.GroupId, Active = told.State == "active", ChangedAt = told.ChangedAt?.ToUniversalTime() };
        if ((await bulk.InsertNewAsync(db, [news], context.CancellationToken)).Count > 0)
            return;
        var known = await db.Invitations.Where(x => x.NamespaceId == told.NamespaceId && x.GroupId == told.GroupId).ForUpdate().SingleAsync(context.CancellationToken);
        if (news.ChangedAt < known.ChangedAt)
            return;     // old news
        (known.Active, known.ChangedAt) = (news.Active, news.ChangedAt ?? known.ChangedAt);
        await db.SaveChangesAsync(context.CancellationToken);
    }
}

sealed class RecordInvitationValidator : AbstractValidator<RecordInvitation>
{
    public RecordInvitationValidator()
    {
        RuleFor(x => x.NamespaceId).IsId();
        RuleFor(x => x.GroupId).IsId();
        RuleFor(x => x.GroupId).Must((command, group) => group != command.NamespaceId).Expected("another group than the one that it is invited into");
        RuleFor(x => x.State).Must(state => state is "active" or "removed").Expected("active or removed");
    }
}
