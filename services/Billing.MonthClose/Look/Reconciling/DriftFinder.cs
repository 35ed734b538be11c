using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Drifts;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>What a look at one month found, and what could not be compared.</summary>
sealed record Findings(IReadOnlyList<Difference> Differences, IReadOnlyList<string> Incomplete);

/// <summary>Runs the checks over a month. Looking changes nothing.</summary>
sealed class DriftFinder(IServiceScopeFactory scopes, IOptions<ReconcilingOptions> options, TimeProvider clock)
{
    /// <summary>The checks by class, in the order in which they are to be run.</summary>
    public static readonly IReadOnlyList<string> Classes = [.. DriftClass.Levels.Keys];

    /// <param name="runId">Whose accounts.</param>
    /// <param name="period">Its month, as 202610.</param>
    /// <param name="settleTime">What changed less than this ago is on its way.</param>
    /// <param name="whole">Every entry is read, and none as a subtotal.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<(Scope Scope, string? GatewayIsAway)> OpenAsync(
        Guid runId, int period, TimeSpan settleTime, bool whole, CancellationToken cancellationToken)
    {
        Looking.Begin();
        await using var services = scopes.CreateAsyncScope();
        var scope = ScopeOf(runId, period, settleTime);
        if (!whole)
            scope = scope with { Through = await services.ServiceProvider.GetRequiredService<Subtotals>().LastMonthAsync(cancellationToken) ?? 0 };
        try
        {
            var gateway = services.ServiceProvider.GetRequiredService<IGatewayRecord>();
            var since = await services.ServiceProvider.GetRequiredService<MonthCloseDbContext>().Runs.Where(run => run.CorrelationId == runId)
                .Select(run => run.StartedAt).SingleAsync(cancellationToken);
            return (scope with { Gateway = await GatewayEvidence.ReadAsync(gateway, BillingPeriod.FromNumber(period), since, cancellationToken) }, null);
        }
        catch (Exception away) when (away is HttpRequestException or IOException
            || (away is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (scope, $"the gateway's record of {BillingPeriod.FromNumber(period)} cannot be read: {away.Message}");
        }
    }

    /// <summary>A month of the ledger, whichever runs its entries are of.</summary>
    public Scope OfLedgerMonth(int month) => ScopeOf(Guid.Empty, month, TimeSpan.Zero) with { ProvedMonth = month };

    Scope ScopeOf(Guid runId, int period, TimeSpan settleTime) =>
        new() { RunId = runId, Period = period, Before = clock.GetUtcNow() - settleTime, Most = options.Value.MostOfOneClass };

    /// <summary>What one check sees now. Null, and why, when it could not look.</summary>
    public async Task<(IReadOnlyList<Difference>? Found, string? Incomplete)> LookAsync(string driftClass, Scope scope, CancellationToken cancellationToken)
    {
        Looking.Begin();
        await using var services = scopes.CreateAsyncScope();
        var check = services.ServiceProvider.GetRequiredKeyedService<DriftCheck>(driftClass);
        if (!check.LooksAt(scope))
            return (null, null);        // that the gateway is away was said once, for all of them
        try
        {
            return (await check.FindAsync(scope, cancellationToken), null);
        }
        catch (RequestTimeoutException)
        {
            return (null, $"{driftClass}: the other service did not answer");
        }
    }

    /// <summary>A look at a month, for whoever only wants to read.</summary>
    public async Task<Findings> FindAsync(Guid runId, int period, IReadOnlyCollection<string> classes, TimeSpan settleTime, CancellationToken cancellationToken)
    {
        var (scope, away) = await OpenAsync(runId, period, settleTime, whole: false, cancellationToken);
        var (found, incomplete) = (new List<Difference>(), new List<string>(away is null ? [] : [away]));
        foreach (var driftClass in Classes.Where(classes.Contains))
        {
            var (some, why) = await LookAsync(driftClass, scope, cancellationToken);
            found.AddRange(some ?? []);
            if (why is not null)
                incomplete.Add(why);
        }

        return new Findings(found, incomplete);
    }
}
