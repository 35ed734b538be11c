namespace Billing.Console.Reading;

/// <summary>Whom the console reads.</summary>
public enum Upstream
{
    MonthClose,
    SeatRefresh,
    Notification,
    Scheduler
}

/// <summary>A service that does not answer, or not as it should.</summary>
/// <param name="Since">When it did not answer for the first time.</param>
/// <param name="Why">What was seen instead.</param>
public sealed record Away(DateTimeOffset Since, string Why);

/// <summary>What a service told last.</summary>
/// <param name="Value">Null when it told nothing yet, or that there is no such thing.</param>
/// <param name="AsOf">When it told it, by the machine's clock; null when it has not told anything yet.</param>
/// <param name="Away">Null while it answers. With an <paramref name="AsOf"/>, the value is old.</param>
/// <param name="Refusal">What it said in place of an answer to a question that it does not take.</param>
public sealed record Told<T>(T? Value, DateTimeOffset? AsOf, Away? Away, string? Refusal = null)
    where T : class
{
    /// <summary>The service said that there is no such thing.</summary>
    public bool IsMissing => Value is null && AsOf is not null && Refusal is null;
}

public static class UpstreamNames
{
    /// <summary>As its queues, logs and figures call it.</summary>
    public static string Name(this Upstream upstream) => upstream switch
    {
        Upstream.MonthClose => "month-close",
        Upstream.SeatRefresh => "seat-refresh",
        Upstream.Notification => "notification",
        _ => "scheduler"
    };

    public static Upstream? Of(string name) => Enum.GetValues<Upstream>().Cast<Upstream?>().FirstOrDefault(one => one!.Value.Name() == name);
}
