namespace Billing.Console.Parts;

/// <summary>How a state looks: a colour, and always a word beside it.</summary>
public static class States
{
    /// <returns><c>good</c>, <c>busy</c>, <c>wait</c>, <c>bad</c> or <c>idle</c>.</returns>
    public static string LookOf(string state) => state switch
    {
        "Succeeded" or "Closed" or "Paid" or "Collected" or "Sent" or "Healthy" or "ready" or "Ready" or "Known" or "Resolved" or "Confirmed" => "good",
        "Running" or "Charging" or "Sending" or "Reading" or "Invoiced" or "Booked" or "Cancelling" or "Asking" or "Queued" => "busy",
        "Completed" or "Paused" or "Dunning" or "AwaitingPayment" or "Waiting" or "Drafted" or "Open" or "Unknown" or "Deferred" or "Previewed" or "Degraded"
            or "InCollection" or "CarriedOver" or "CarriedForward" or "HeldBack" => "wait",
        "Halted" or "Parked" or "OnHold" or "Held" or "NeedsAttention" or "Unresolved" or "Failed" or "Declined" or "Unhealthy" or "away"
            or "not ready" => "bad",
        _ => "idle"
    };
}
