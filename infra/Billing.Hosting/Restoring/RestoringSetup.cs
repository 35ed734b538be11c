using System.Globalization;
using Billing.Hosting.Http;
using Billing.Persistence;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Billing.Hosting.Restoring;

public static class RestoringSetup
{
    /// <summary>For a service from which something leaves: whether it may, and <c>restored</c> in its health.</summary>
    public static IServiceCollection AddRestoring<TContext>(this IServiceCollection services)
        where TContext : DbContext
    {
        services.AddSingleton<Restorations<TContext>>();
        services.AddHealthChecks().AddCheck<RestorationCheck<TContext>>("restored", tags: ["ready"]);
        return services;
    }

    /// <summary>Whether anything is held, for whoever looks often: once that is settled it reads no row.</summary>
    public static void MapHeld<TContext>(this WebApplication app)
        where TContext : DbContext =>
        app.MapGet("/api/restoration/held", async (Restorations<TContext> restorations, CancellationToken stopping) => TypedResults.Ok(
            await restorations.LastAsync(stopping) is { ReleasedAt: null } held ? new HeldView(true, held.TakenAt, held.RestoredAt)
            : new HeldView(false, null, null))).Needs(Rights.Read);

    /// <summary>The word that lets leave what was held. It wants a reason.</summary>
    /// <param name="app">Of a service that was brought back.</param>
    /// <param name="release">Told by whom, why, and whether a person says that nothing had left since the backup.</param>
    public static RouteHandlerBuilder MapRelease<TBooks, TAnswer>(
        this WebApplication app, Func<TBooks, string, string, bool, CancellationToken, Task<TAnswer>> release)
        where TBooks : class =>
        app.MapPost("/api/restoration/release", async Task<IResult> (
            HttpContext http, Caller caller, string why, string? by, bool? nothingLeft, CancellationToken stopping) =>
                string.IsNullOrWhiteSpace(why) ? TypedResults.BadRequest("why is empty; expected a reason.")
                : TypedResults.Ok(await release(http.RequestServices.GetRequiredService<TBooks>(), caller.By(by), why, nothingLeft ?? false, stopping)))
            .Produces<TAnswer>().Needs(Rights.Operate | Rights.Money);
}

/// <summary>Whether a service holds back what leaves, because its database was brought back: the answer of <c>GET api/restoration/held</c>.</summary>
/// <param name="Held">Nothing leaves until a person releases it.</param>
/// <param name="TakenAt">When the backup was taken; null when nothing is held.</param>
/// <param name="RestoredAt">When it was brought back; null when nothing is held.</param>
public sealed record HeldView(bool Held, DateTimeOffset? TakenAt, DateTimeOffset? RestoredAt);

/// <summary>
/// Says that nothing leaves, and what to do. It is never red: the service works, and waits for a person as it should. Whether the database answers is told by
/// its own check.
/// </summary>
sealed class RestorationCheck<TContext>(Restorations<TContext> restorations, DatabaseReadiness readiness) : IHealthCheck
    where TContext : DbContext
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (readiness.Reason is { } reason)
            return HealthCheckResult.Healthy($"not asked: {reason}");
        try
        {
            return HealthCheckResult.Healthy(await restorations.LastAsync(cancellationToken) switch
            {
                null => "never",
                { ReleasedAt: { } at, ReleasedBy: var by } => Told($"released by {by ?? "somebody"} at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"),
                { TakenAt: var taken } => Told(
                    $"nothing leaves: these are the books of {taken.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z; see ./billing restored, and release them")
            });
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return HealthCheckResult.Healthy($"not known: {exception.GetBaseException().Message}");
        }
    }

    static string Told(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
