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

/// <summary>How fast all processes together may call the gateway, and how many calls they may have under way.</summary>
static class GatewayLimit
{
    public const string Name = "gateway";

    /// <summary>
    /// Calls at once over all processes. There is no such limit until one is configured (<c>Limits:gateway-in-flight</c>) or set at run time by
    /// <see cref="V2.SetProviderLimit"/>: then <see cref="GatewayOptions.Concurrency"/> bounds each chunk.
    /// </summary>
    public const string InFlight = "gateway-in-flight";

    /// <summary>Calls at once that may be set: more than a gateway takes of one customer.</summary>
    public const int MostInFlight = 1000;

    /// <summary>
    /// Calls a second: what Stripe documents for a live key. Configured as <c>Limits:gateway</c>, set at run time by <see cref="SetProviderLimit"/>.
    /// </summary>
    public const int Default = 100;

    /// <summary>Put on top of the call's own time: a busy process is late with giving up.</summary>
    static readonly TimeSpan Lateness = TimeSpan.FromSeconds(1);

    public static void AddGatewayLimit(this IServiceCollection services, IConfiguration configuration)
    {
        var limits = new LimitDefaults().Add(Name, Default).AddAtOnce(InFlight, null).Read(configuration);
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
/// Whose turn it is to call the gateway. A turn is a place among the calls under way and a permit of the rate: it is taken right before the call, and says
/// afterwards what came of it.
/// </summary>
sealed class GatewayTurns(ISharedPermits permits, IHostApplicationLifetime host)
{
    /// <summary>Charges of one chunk that wait for a place at the same time, when the places are what bounds them: as many as a chunk has by default.</summary>
    const int MostWaiting = 200;

    readonly PermitLimit _limit = permits.Of(GatewayLimit.Name), _inFlight = permits.Of(GatewayLimit.InFlight);

    /// <summary>
    /// How many charges of a chunk ask at the same time. Where a limit bounds the calls of all processes, all of them wait for its places, so that the number
    /// under way rises and falls with it in the middle of a chunk.
    /// </summary>
    /// <param name="usual">Without such a limit.</param>
    public int AtOnce(int usual) => _inFlight.Setting.PerSecond is null ? usual : MostWaiting;

    /// <summary>
    /// Waits for a turn, however long: who may call until some instant only looks at the clock when he has it. Null when calls are paused and stay
    /// so. In a process that stops nobody waits: the message is given back, and what was not asked for is asked for by another.
    /// </summary>
    public async Task<GatewayTurn?> TakeAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
        Permit? place = null, call = null;
        try
        {
            place = await _inFlight.TryTakeAsync(either.Token);
            call = place is null ? null : await _limit.TryTakeAsync(either.Token);
            return place is null || call is null ? null : new GatewayTurn(place, call);
        }
        finally
        {
            if (call is null)
                place?.Unused();
        }
    }
}

/// <summary>Leave to make one call at once. It counts as lost when it is disposed of before anything else was said.</summary>
sealed class GatewayTurn(Permit place, Permit call) : IDisposable
{
    public void Answered() => call.Answered();

    public void Lost() => call.Lost();

    /// <summary>Nothing was sent.</summary>
    public void Unused() => call.Unused();

    /// <summary>The place is free with the connection, whatever became of the call.</summary>
    public void Dispose()
    {
        call.Dispose();
        place.Answered();
    }
}

/// <summary>
/// Sets a provider's limits for all processes; each notices within a second. The first version of the command is the second one, said in another way: where it
/// has no number, there is no limit.
/// </summary>
sealed class SetProviderLimitConsumer(MonthCloseDbContext db, IBulkWriter bulk, TimeProvider clock)
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
        if (set.Name != GatewayLimit.Name)       // another spelling would be another row
            throw CommandRejected.Because(nameof(SetProviderLimit), nameof(set.Name), set.Name, $"one of {GatewayLimit.Name}");
        var rows = await db.Set<PermitLimitRow>().AsNoTracking().Where(limit => limit.Name == GatewayLimit.Name || limit.Name == GatewayLimit.InFlight)
            .ToListAsync(cancellationToken);
        var (rate, inFlight) = (rows.Find(row => row.Name == GatewayLimit.Name), rows.Find(row => row.Name == GatewayLimit.InFlight));
        var setsRate = set.Unlimited || set.PermitsPerSecond is not null;
        if (setsRate)
            await db.SetPermitsAsync(bulk, GatewayLimit.Name, set.PermitsPerSecond, set.RequestedBy, clock.GetUtcNow(), cancellationToken);
        if (set.InFlight is not null)
            await db.SetPermitsAsync(bulk, GatewayLimit.InFlight, set.InFlight, set.RequestedBy, clock.GetUtcNow(), cancellationToken);
        if ((!setsRate || IsSet(rate, set.PermitsPerSecond)) && (set.InFlight is null || IsSet(inFlight, set.InFlight)))
            CommandOutcome.Unchanged("the limit is this already");
        else
            CommandOutcome.Changed("limit", set.Name, "set", new { PermitsPerSecond = rate?.Permits, InFlight = inFlight?.Permits },
                new { PermitsPerSecond = setsRate ? set.PermitsPerSecond : rate?.Permits, InFlight = set.InFlight ?? inFlight?.Permits });
    }

    static bool IsSet(PermitLimitRow? row, int? permits) => row is { IsSet: true, Lowered: null } && row.Permits == permits;
}

sealed class SetProviderLimitSecondValidator : AbstractValidator<V2.SetProviderLimit>
{
    public SetProviderLimitSecondValidator()
    {
        RuleFor(x => x.Name).IsId(64);
        RuleFor(x => x.PermitsPerSecond)
            .Must((limit, permits) => permits is null ? limit.Unlimited || limit.InFlight is not null
                : !limit.Unlimited && permits is >= 0 and <= LimitDefaults.Most)
            .Expected($"calls a second from 0 (a pause) to {LimitDefaults.Most}, and none beside Unlimited");
        RuleFor(x => x.InFlight).Must(calls => calls is null or >= 1 and <= GatewayLimit.MostInFlight)
            .Expected($"calls at once from 1 to {GatewayLimit.MostInFlight}, or nothing");
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
