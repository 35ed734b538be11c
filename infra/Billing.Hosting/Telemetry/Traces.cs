using System.Diagnostics;

namespace Billing.Hosting.Telemetry;

/// <summary>Takes up a trace that was written down, or begins one. In W3C's form: <c>00-{trace}-{span}-{flags}</c>, which has 55 characters.</summary>
public static class Traces
{
    /// <summary>Of a trace that is written down.</summary>
    public const int Length = 55;

    /// <summary>Where the trace stands now; null outside of any.</summary>
    public static string? Here => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null;

    /// <summary>Goes on where a trace was written down. A text that is none begins a new one.</summary>
    /// <param name="source">Whose work it is.</param>
    /// <param name="name">What is done, such as <c>email send</c>.</param>
    /// <param name="parent">As <see cref="Here"/> gave it; null begins a trace.</param>
    /// <param name="kind">How it stands to the other side.</param>
    /// <returns>Null where nobody wants to know. Whoever disposes of it ends it.</returns>
    public static Activity? Follow(this ActivitySource source, string name, string? parent, ActivityKind kind = ActivityKind.Internal)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.StartActivity(kind, ActivityContext.TryParse(parent, null, isRemote: true, out var context) ? context : default, name: name);
    }
}
