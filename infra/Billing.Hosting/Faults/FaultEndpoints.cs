using Billing.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Billing.Hosting.Faults;

/// <summary>What was set aside, why, and what is to become of it.</summary>
static class FaultEndpoints
{
    const int MostShown = 100;

    public static void MapFaults(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/api/faults", async (FaultBook faults, CancellationToken cancellationToken) => await faults.CausesAsync(cancellationToken));
        // bodies as they came: they name people
        app.MapGet("/api/faults/messages", async (FaultBook faults, string cause, int? limit, CancellationToken cancellationToken) =>
            await faults.OfCauseAsync(cause, Math.Clamp(limit ?? 20, 1, MostShown), cancellationToken)).Needs(Rights.Read | Rights.Personal);
        var acts = app.MapGroup("").Needs(Rights.Operate);
        acts.MapPost("/api/faults/replay", async (FaultBook faults, Caller caller, string cause, string? by, CancellationToken cancellationToken) =>
            TypedResults.Ok(new FaultsReplayed(await faults.ReplayAsync(cause, caller.By(by), cancellationToken))));
        acts.MapPost("/api/faults/discard", async (FaultBook faults, Caller caller, string cause, string why, string? by,
            CancellationToken cancellationToken) =>
            string.IsNullOrWhiteSpace(why) ? Results.BadRequest("why is empty; expected a reason.")
                : Results.Ok(new FaultsDiscarded(await faults.DiscardAsync(cause, why, caller.By(by), cancellationToken)))).Produces<FaultsDiscarded>();
    }
}

/// <param name="Replayed">Messages that were put back into their queue.</param>
sealed record FaultsReplayed(int Replayed);

/// <param name="Discarded">Messages that were thrown away.</param>
sealed record FaultsDiscarded(int Discarded);
