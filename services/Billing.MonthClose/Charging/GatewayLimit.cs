using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Validation;
using Billing.Limits;
using Billing.Persistence;
using FluentValidation;
using MassTransit;

namespace Billing.MonthClose.Charging;

/// <summary>How fast all processes together may call the gateway.</summary>
static class GatewayLimit
{
    public const string Name = "gateway";

    /// <summary>Calls a second: what Stripe documents for a live key. Configured as <c>Limits:gateway</c>, set at run time by <see cref="SetProviderLimit"/>.</summary>
    public const int Default = 100;
}

/// <summary>Sets a provider's limit for all processes; each notices within a second.</summary>
sealed class SetProviderLimitConsumer(MonthCloseDbContext db, IBulkWriter bulk, IProviderLimits limits, TimeProvider clock) : IConsumer<SetProviderLimit>
{
    public async Task Consume(ConsumeContext<SetProviderLimit> context)
    {
        var set = context.Message;
        if (!limits.Names.Contains(set.Name))
            throw CommandRejected.Because(nameof(SetProviderLimit), nameof(set.Name), set.Name, $"one of {string.Join(", ", limits.Names)}");
        await db.SetLimitAsync(bulk, set.Name, new LimitSetting(set.PermitsPerSecond), set.RequestedBy, clock.GetUtcNow(), context.CancellationToken);
    }
}

sealed class SetProviderLimitValidator : AbstractValidator<SetProviderLimit>
{
    public SetProviderLimitValidator()
    {
        RuleFor(x => x.Name).IsId(64);
        RuleFor(x => x.PermitsPerSecond).Must(permits => permits is null or >= 0 and <= LimitDefaults.Most).Expected($"calls a second from 0 (a pause) to {LimitDefaults.Most}, or null for no limit");
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
