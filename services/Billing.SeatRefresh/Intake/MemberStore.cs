using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Members;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Intake;

/// <summary>Notes who is where, and what is true of whom. Nothing is counted here: a refresh does that.</summary>
sealed class MemberStore(SeatRefreshDbContext db, LatestStateStore states, TimeProvider clock)
{
    public Task<int> WriteAsync(IReadOnlyCollection<RecordMembership> told, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (namespaces, users) = (told.Select(x => x.NamespaceId).Distinct().ToList(), told.Select(x => x.UserId).Distinct().ToList());
        return states.WriteAsync(
            "membership", told.Select(one => ToMembership(one, now)), x => $"{x.NamespaceId}\u001F{x.UserId}", x => x.ChangedAt,
            () => db.Memberships.Where(x => namespaces.Contains(x.NamespaceId) && users.Contains(x.UserId)).OrderBy(x => x.NamespaceId).ThenBy(x => x.UserId),
            (old, one) =>
            {
                one.ChangedAt ??= old.ChangedAt;
                return (old.Role, old.State, old.Bot, old.CustomRole, old.Raised, old.ChangedAt) == (one.Role, one.State, one.Bot, one.CustomRole,
                    one.Raised, one.ChangedAt);
            },
            x => new { x.Role, x.State, x.Bot, x.CustomRole, x.Raised, x.ChangedAt }, cancellationToken);
    }

    public Task<int> WriteAsync(IReadOnlyCollection<RecordUser> told, CancellationToken cancellationToken)
    {
        var users = told.Select(x => x.UserId).Distinct().ToList();
        return states.WriteAsync(
            "user", told.Select(one => new Person { UserId = one.UserId, Blocked = one.Blocked, Bot = one.Bot, ChangedAt = one.ChangedAt?.ToUniversalTime() }),
            x => x.UserId, x => x.ChangedAt,
            () => db.People.Where(x => users.Contains(x.UserId)).OrderBy(x => x.UserId),
            (old, one) =>
            {
                one.ChangedAt ??= old.ChangedAt;
                return (old.Blocked, old.Bot, old.ChangedAt) == (one.Blocked, one.Bot, one.ChangedAt);
            },
            x => new { x.Blocked, x.Bot, x.ChangedAt }, cancellationToken);
    }

    static Membership ToMembership(RecordMembership told, DateTimeOffset now) => new()
    {
        NamespaceId = told.NamespaceId,
        UserId = told.UserId,
        Role = told.Role,
        State = told.State,
        Bot = told.Bot,
        CustomRole = told.CustomRole,
        Raised = told.CustomRoleTakesSeat,
        RecordedAt = now,
        ChangedAt = told.ChangedAt?.ToUniversalTime()
    };
}
