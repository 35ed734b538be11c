using Billing.Clock;
using Billing.Hosting.Http;
using Billing.Persistence;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Clocks;

/// <summary>The clock of an installation: the real one, or one that <c>AdvanceClock</c> moves for all services.</summary>
static class ClockSetup
{
    /// <summary>On every answer of a service that runs by a test clock.</summary>
    const string Header = "Billing-Test-Clock";

    public static void AddBillingClock(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(ClockSettings.ClockOf(builder.Configuration));
        services.AddSingleton<BusWork>().AddSingleton<Sight>();
        services.AddReceiveObserver(provider => provider.GetRequiredService<BusWork>());
        var health = services.AddHealthChecks();
        if (!ClockSettings.IsTest(builder.Configuration))
        {
            services.AddSingleton<RealTimeGuard>().AddHostedService(provider => provider.GetRequiredService<RealTimeGuard>());
            health.AddCheck<RealTimeCheck>("clock", tags: ["ready"]);
            return;
        }

        services.AddSingleton(provider => provider.GetRequiredService<TimeProvider>() as TestClock
            ?? throw new InvalidOperationException("Clock:Test is set, and the host has another clock"));
        services.AddSingleton<ClockLink>().AddHostedService(provider => provider.GetRequiredService<ClockLink>());
        services.AddScoped<IDatabasePreparation, ClockIsKnown>();
        health.AddCheck<TestClockCheck>("clock", tags: ["ready"]);
    }

    public static void MapClock(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        if (app.Services.GetService<TestClock>() is { } test)
        {
            app.Lifetime.ApplicationStarted.Register(() => app.Logger.LogWarning(
                "This installation runs by a test clock, not by the real time. Nothing that it says of dates is meant for a customer"));
            app.Use((context, next) =>
            {
                context.Response.Headers[Header] = TestClockText.Of(test);
                return next(context);
            });
        }

        reads.MapGet("/api/due", async (Sight sight, TimeProvider clock, HttpContext context) =>
        {
            var sighting = await sight.LookAsync(context.RequestAborted);
            return TypedResults.Ok(new DueView(clock.GetUtcNow(), clock is TestClock, sighting.Busy, sighting.NextDue));
        });
    }
}

/// <summary>Nothing runs before the clock is known: the bus and all workers wait for the database, and the database for this.</summary>
sealed class ClockIsKnown(ClockLink link, DatabaseReadiness database) : IDatabasePreparation
{
    public const string Waiting = "the test clock is not known yet: the scheduler tells it, when it is started with Clock:Test=true as well";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (!link.IsKnown)
            database.NotYet(Waiting);
        await link.KnownAsync(cancellationToken);
    }
}

/// <summary>What a service has still to do. Times are by its own clock.</summary>
/// <param name="Now">Its time.</param>
/// <param name="IsTestClock">Whether that is a test clock's.</param>
/// <param name="Busy">What is under way or due, in words.</param>
/// <param name="NextDue">When something is due next.</param>
public sealed record DueView(DateTimeOffset Now, bool IsTestClock, IReadOnlyList<string> Busy, DateTimeOffset? NextDue);
