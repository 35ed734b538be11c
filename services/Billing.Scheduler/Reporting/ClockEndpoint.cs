using Billing.Clock;
using Billing.Hosting.Http;
using Billing.Scheduler.Advancing;
using Billing.Views.Clocks;

namespace Billing.Scheduler.Reporting;

static class ClockEndpoint
{
    public static void MapClockView(this WebApplication app) =>
        app.MapGroup("").Needs(Rights.Read).MapGet("/api/clock", (TimeProvider clock, ClockView view) => TypedResults.Ok(new ClockShown(
            clock.GetUtcNow(), clock is TestClock, (clock as TestClock)?.Ahead, view.Target, view.WaitsFor, view.NextDue)));
}
