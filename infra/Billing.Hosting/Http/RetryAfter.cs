using System.Net.Http.Headers;

namespace Billing.Hosting.Http;

/// <summary>How long another server asks us to wait. Source: RFC 9110, section 10.2.3: a number of seconds, or an HTTP date.</summary>
public static class RetryAfter
{
    /// <param name="header">As it was received; null when there was none.</param>
    /// <param name="now">A date is counted from here.</param>
    /// <param name="longest">Whatever is asked for, no more than this.</param>
    /// <returns>Null when nothing was asked for; zero for a date that has passed.</returns>
    public static TimeSpan? Of(RetryConditionHeaderValue? header, DateTimeOffset now, TimeSpan longest)
    {
        var asked = header?.Delta ?? (header?.Date is { } date ? date - now : null);
        return asked is { } wait ? TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, longest.Ticks)) : null;
    }
}
