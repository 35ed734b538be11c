using Billing.Contracts.Seats.V1;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Members;

/// <summary>Notes what is true of a user everywhere. Nothing is counted here: a refresh does that.</summary>
sealed class RecordUserConsumer(SeatRefreshDbContext db, IBulkWriter bulk) : IConsumer<RecordUser>
{
    public async Task Consume(ConsumeContext<RecordUser> context)
    {
        var told = context.Message;
        var news = new Person { UserId = told.UserId, Blocked = told.Blocked, Bot = told.Bot, ChangedAt = told.ChangedAt?.ToUniversalTime() };
        if ((await bulk.InsertNewAsync(db, [news], context.CancellationToken)).Count > 0)
            return;
        var known = await db.People.Where(x => x.UserId == told.UserId).ForUpdate().SingleAsync(context.CancellationToken);
        if (news.ChangedAt < known.ChangedAt)
            return;     // old news
        (known.Blocked, known.Bot, known.ChangedAt) = (news.Blocked, news.Bot, news.ChangedAt ?? known.ChangedAt);
        await db.SaveChangesAsync(context.CancellationToken);
    }
}

sealed class RecordUserValidator : AbstractValidator<RecordUser>
{
    public RecordUserValidator() => RuleFor(x => x.UserId).IsId();
}
