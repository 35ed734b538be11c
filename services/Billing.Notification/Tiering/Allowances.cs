using Billing.Limits;
using Billing.Notification.Queueing;
using Billing.Notification.Settings;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Tiering;

/// <summary>What the tiers and settings of some workspaces allow them now. Read anew for each claim, so that a change counts at once.</summary>
sealed class Allowances(IOptions<SendingOptions> options, IBulkWriter bulk)
{
    /// <summary>The ring with shares and rooms; those that are paused are left out.</summary>
    public async Task<IReadOnlyList<Backlog>> ApplyAsync(NotificationDbContext db, Channel channel, IReadOnlyList<Backlog> ring, int quantum, DateTime now,
        CancellationToken cancellationToken)
    {
        if (ring.Count == 0)
            return ring;
        var ids = ring.Select(x => x.WorkspaceId).ToList();
        var known = await db.Workspaces.Where(x => ids.Contains(x.WorkspaceId)).ToDictionaryAsync(x => x.WorkspaceId, cancellationToken);
        var tiers = await TiersAsync(db, cancellationToken);
        // a tier with a limit needs a row for each of its workspaces
        var unknown = tiers[options.Value.DefaultTier].PerSecond(channel) is null ? [] : ids.Where(id => !known.ContainsKey(id))
            .Select(id => new Workspace { WorkspaceId = id }).ToList();
        if (unknown.Count > 0)
        {
            await bulk.InsertNewAsync(db, unknown, cancellationToken);
            known = await db.Workspaces.Where(x => ids.Contains(x.WorkspaceId)).ToDictionaryAsync(x => x.WorkspaceId, cancellationToken);
        }

        var allowed = new List<Backlog>(ring.Count);
        foreach (var backlog in ring)
        {
            var workspace = known.GetValueOrDefault(backlog.WorkspaceId);
            if (workspace?.IsPaused == true)
                continue;
            var tier = tiers.GetValueOrDefault(workspace?.Tier ?? options.Value.DefaultTier) ?? tiers[options.Value.DefaultTier];
            allowed.Add(backlog with
            {
                Share = Math.Clamp(tier.Weight * quantum, 1, Math.Max(tier.Weight, options.Value.Batch.Most)),
                Room = tier.PerSecond(channel) is { } perSecond ? Room(workspace!, channel, perSecond, now) : null
            });
        }

        return allowed;
    }

    /// <summary>Takes the turns off the limits that workspaces have of their own; saved with the claim.</summary>
    public static void Spend(NotificationDbContext db, Channel channel, IReadOnlyList<Backlog> ring, IReadOnlyList<Turn> turns)
    {
        foreach (var backlog in ring.Where(x => x.Room is not null))
            if (turns.Where(turn => turn.WorkspaceId == backlog.WorkspaceId).Sum(turn => turn.Messages) is > 0 and var taken)
                _ = channel == Channel.Email ? db.Workspaces.Local.FindEntry(backlog.WorkspaceId)!.Entity.EmailTokens -= taken
                    : db.Workspaces.Local.FindEntry(backlog.WorkspaceId)!.Entity.SmsTokens -= taken;
    }

    async Task<Dictionary<string, TierOptions>> TiersAsync(NotificationDbContext db, CancellationToken cancellationToken)
    {
        var tiers = new Dictionary<string, TierOptions>(options.Value.Tiers, StringComparer.OrdinalIgnoreCase);
        foreach (var set in await db.Tiers.AsNoTracking().ToListAsync(cancellationToken))
            tiers[set.Name] = new TierOptions { Weight = set.Weight, EmailPerSecond = set.EmailPerSecond, SmsPerSecond = set.SmsPerSecond };
        return tiers;
    }

    static int Room(Workspace workspace, Channel channel, int perSecond, DateTime now)
    {
        var (tokens, at) = channel == Channel.Email ? (workspace.EmailTokens, workspace.EmailTokensAt) : (workspace.SmsTokens, workspace.SmsTokensAt);
        var (_, filled) = Bucket.Take(tokens, at, now, perSecond, perSecond, 0);
        _ = channel == Channel.Email
            ? (workspace.EmailTokens, workspace.EmailTokensAt) = (filled, now)
            : (workspace.SmsTokens, workspace.SmsTokensAt) = (filled, now);
        return (int)filled;
    }
}
