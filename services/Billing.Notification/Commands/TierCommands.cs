using Billing.Contracts.Notification.V1;
using Billing.Hosting;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.Notification.Settings;
using Billing.Notification.Tiering;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Commands;

sealed class SetTierConsumer(NotificationDbContext db, IBulkWriter bulk, TimeProvider clock) : IConsumer<SetTier>
{
    public async Task Consume(ConsumeContext<SetTier> context)
    {
        var set = context.Message;
        var name = set.Name.Trim().ToLowerInvariant();
        // two may want to make it at the same time; the row of either will do
        var isNew = (await bulk.InsertNewAsync(db, [new Tier { Name = name, Weight = set.Weight }], context.CancellationToken)).Count > 0;
        var now = clock.GetUtcNow();
        var before = Shown(await db.Tiers.AsNoTracking().SingleAsync(tier => tier.Name == name, context.CancellationToken));
        var after = Shown(new Tier { Name = name, Weight = set.Weight, EmailPerSecond = set.EmailPerSecond, SmsPerSecond = set.SmsPerSecond });
        if (isNew || !before.Equals(after))
            CommandOutcome.Changed("tier", name, "set", isNew ? null : before, after);
        else
            CommandOutcome.Unchanged("the tier is like this already");
        await db.Tiers.Where(tier => tier.Name == name).ExecuteUpdateAsync(to => to
            .SetProperty(tier => tier.Weight, set.Weight).SetProperty(tier => tier.EmailPerSecond, set.EmailPerSecond)
                .SetProperty(tier => tier.SmsPerSecond, set.SmsPerSecond)
            .SetProperty(tier => tier.SetBy, set.RequestedBy).SetProperty(tier => tier.SetAt, now), context.CancellationToken);
    }

    static object Shown(Tier tier) => new { tier.Weight, tier.EmailPerSecond, tier.SmsPerSecond };
}

sealed class SetWorkspaceTierConsumer(WorkspaceSettings settings, NotificationDbContext db, IOptions<SendingOptions> options) : IConsumer<SetWorkspaceTier>
{
    public async Task Consume(ConsumeContext<SetWorkspaceTier> context)
    {
        var set = context.Message;
        var tier = set.Tier?.Trim().ToLowerInvariant();
        if (tier is not null && !options.Value.Tiers.ContainsKey(tier) && !await db.Tiers.AnyAsync(x => x.Name == tier, context.CancellationToken))
            throw CommandRejected.Because(nameof(SetWorkspaceTier), nameof(set.Tier), set.Tier,
                $"one of {string.Join(", ", options.Value.Tiers.Keys.Union(await db.Tiers.Select(x => x.Name).ToListAsync(context.CancellationToken)))}");
        await settings.ChangeAsync(set.WorkspaceId, set.RequestedBy, workspace => workspace.Tier = tier, context.CancellationToken);
    }
}

sealed class PauseWorkspaceConsumer(WorkspaceSettings settings) : IConsumer<PauseWorkspace>
{
    public Task Consume(ConsumeContext<PauseWorkspace> context) =>
        settings.ChangeAsync(context.Message.WorkspaceId, context.Message.RequestedBy, workspace => workspace.IsPaused = true, context.CancellationToken);
}

sealed class ResumeWorkspaceConsumer(WorkspaceSettings settings) : IConsumer<ResumeWorkspace>
{
    public Task Consume(ConsumeContext<ResumeWorkspace> context) =>
        settings.ChangeAsync(context.Message.WorkspaceId, context.Message.RequestedBy, workspace => workspace.IsPaused = false, context.CancellationToken);
}

/// <summary>What people set of a workspace, under the lock of its row: a claim may be writing its tokens.</summary>
sealed class WorkspaceSettings(NotificationDbContext db, IBulkWriter bulk, Queueing.Arrivals arrivals, TimeProvider clock)
{
    public async Task ChangeAsync(string workspaceId, string? by, Action<Workspace> change, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await bulk.InsertNewAsync(db, [new Workspace { WorkspaceId = workspaceId }], cancellationToken);
        var workspace = await db.Workspaces.Where(x => x.WorkspaceId == workspaceId).ForUpdate().SingleAsync(cancellationToken);
        var before = Shown(workspace);
        change(workspace);
        if (before.Equals(Shown(workspace)))
            CommandOutcome.Unchanged("the workspace is like this already");
        else
            CommandOutcome.Changed("workspace", workspaceId, "set", before, Shown(workspace));
        (workspace.SetBy, workspace.SetAt) = (by, clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var channel in Enum.GetValues<Channel>())
            arrivals.Tell(channel);
    }

    static object Shown(Workspace workspace) => new { workspace.Tier, workspace.IsPaused };
}

sealed class SetTierValidator : AbstractValidator<SetTier>
{
    public SetTierValidator()
    {
        RuleFor(x => x.Name).Must(x => !string.IsNullOrWhiteSpace(x) && x.Length <= TierOptions.LongestName && !x.Contains('\0', StringComparison.Ordinal))
            .Expected($"1 to {TierOptions.LongestName} characters");
        RuleFor(x => x.Weight).InclusiveBetween(1, 100).Expected("1 to 100");
        RuleFor(x => x.EmailPerSecond).Must(x => x is null or >= 1 and <= 10_000).Expected("1 to 10000 a second, or nothing");
        RuleFor(x => x.SmsPerSecond).Must(x => x is null or >= 1 and <= 10_000).Expected("1 to 10000 a second, or nothing");
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}

sealed class SetWorkspaceTierValidator : AbstractValidator<SetWorkspaceTier>
{
    public SetWorkspaceTierValidator()
    {
        RuleFor(x => x.WorkspaceId).IsWorkspace();
        RuleFor(x => x.Tier).IsText(TierOptions.LongestName);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}

sealed class PauseWorkspaceValidator : AbstractValidator<PauseWorkspace>
{
    public PauseWorkspaceValidator()
    {
        RuleFor(x => x.WorkspaceId).IsWorkspace();
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}

sealed class ResumeWorkspaceValidator : AbstractValidator<ResumeWorkspace>
{
    public ResumeWorkspaceValidator()
    {
        RuleFor(x => x.WorkspaceId).IsWorkspace();
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
