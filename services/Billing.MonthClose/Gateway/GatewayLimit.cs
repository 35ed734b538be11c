using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.Limits;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using V2 = Billing.Contracts.MonthClose.V2;

namespace Billing.MonthClose.Gateway;

/// <summary>How fast all processes together may call the gateway.</summary>
static class GatewayLimit
{
    public const string Name = "gateway";

    /// <summary>
    /// Calls a second: what Stripe documents for a live key. Configured as <c>Limits:gateway</c>, set at run time by <see cref="SetProviderLimit"/>.
    /// </summary>
    public const int Default = 100;

    /// <summary>Put on top of the call's own time: a busy process is late with giving up.</summary>
    static readonly TimeSpan Lateness = TimeSpan.FromSeconds(1);

    public static void AddGatewayLimit(this IServiceCollection services, IConfiguration configuration)
    {
        var limits = new LimitDefaults().Add(Name, Default).Read(configuration);
        services.AddSharedPermits<MonthCloseDbContext>(
            provider => limits.ToPermits(PermitTimes.Default with
            {
                LongestUse = provider.GetRequiredService<IOptions<GatewayOptions>>()
                .Value.Timeout + Lateness
            }),
            (provider, stopping) => provider.GetRequiredService<DatabaseReadiness>().WaitAsync(stopping));
        services.AddSingleton<GatewayTurns>();
    }
}

/// <summary>
/// Whose turn it is to call the gateway. A turn is a permit of the limit: it is taken right before the call, and says afterwards what came of it.
/// </summary>
sealed class GatewayTurns(ISharedPermits permits, IHostApplicationLifetime host)
{
    readonly PermitLimit _limit = permits.Of(GatewayLimit.Name);

    /// <summary>
    /// Waits for a turn, however long: who may call until some instant only looks at the clock when he has it. Null when calls are paused and stay
    /// so. In a process that stops nobody waits: the message is given back, and what was not asked for is asked for by another.
    /// </summary>
    public async Task<Permit?> TakeAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
        return await _limit.TryTakeAsync(either.Token);
    }
}

/// <summary>
/// Sets a provider's limit for all processes; each notices within a second. The first version of the command is the second one, said in another way: where it
/// has no number, there is no limit.
/// </summary>
sealed class SetProviderLimitConsumer(MonthCloseDbContext db, IBulkWriter bulk, ISharedPermits limits, TimeProvider clock)
    : IConsumer<SetProviderLimit>, IConsumer<V2.SetProviderLimit>
{
    public Task Consume(ConsumeContext<SetProviderLimit> context) => SetAsync(OfFirstVersion(context.Message), context.CancellationToken);

    public Task Consume(ConsumeContext<V2.SetProviderLimit> context) => SetAsync(context.Message, context.CancellationToken);

    public static V2.SetProviderLimit OfFirstVersion(SetProviderLimit told) => new()
    {
        Name = told.Name,
        PermitsPerSecond = told.PermitsPerSecond,
        Unlimited = told.PermitsPerSecond is null,
        RequestedBy = told.RequestedBy
    };

    async Task SetAsync(V2.SetProviderLimit set, CancellationToken cancellationToken)
    {
        if (!limits.Names.Contains(set.Name, StringComparer.Ordinal))       // another spelling would be another row
            throw CommandRejected.Because(nameof(SetProviderLimit), nameof(set.Name), set.Name, $"one of {string.Join(", ", limits.Names)}");
        var before = await db.Set<PermitLimitRow>().AsNoTracking().SingleOrDefaultAsync(limit => limit.Name == set.Name, cancellationToken);
        await db.SetPermitsAsync(bulk, set.Name, set.PermitsPerSecond, set.RequestedBy, clock.GetUtcNow(), cancellationToken);
        if (before is { IsSet: true, Lowered: null } && before.Permits == set.PermitsPerSecond)
            CommandOutcome.Unchanged("the limit is this already");
        else
            CommandOutcome.Changed("limit", set.Name, "set", new { PermitsPerSecond = before?.Permits }, new { set.PermitsPerSecond });
    }
}

sealed class SetProviderLimitSecondValidator : AbstractValidator<V2.SetProviderLimit>
{
    public SetProviderLimitSecondValidator()
    {
        RuleFor(x => x.Name).IsId(64);
        RuleFor(x => x.PermitsPerSecond).Must((limit, permits) => limit.Unlimited ? permits is null : permits is >= 0 and <= LimitDefaults.Most)
            .Expected($"calls a second from 0 (a pause) to {LimitDefaults.Most}, and none beside Unlimited");
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}

sealed class SetProviderLimitValidator : AbstractValidator<SetProviderLimit>
{
    public SetProviderLimitValidator()
    {
        RuleFor(x => x.Name).IsId(64);
        RuleFor(x => x.PermitsPerSecond).Must(permits => permits is null or >= 0 and <= LimitDefaults.Most)
            .Expected($"calls a second from 0 (a pause) to {LimitDefaults.Most}, or null for no limit");
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
