using System.Globalization;

namespace Billing.Clock;

/// <summary>Says that an installation runs by a test clock, in the same words everywhere.</summary>
public static class TestClockText
{
    /// <returns>A sentence without its stop, or null where the real time is kept.</returns>
    public static string? Of(TimeProvider clock) => clock is TestClock test
        ? string.Create(CultureInfo.InvariantCulture, $"Test clock: {test.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z, {Describe(test.Ahead)} ahead of the real time")
        : null;

    public static string Describe(TimeSpan ahead) => ahead.TotalDays >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)ahead.TotalDays} days and {ahead:hh\\:mm\\:ss}")
        : ahead.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture);
}
