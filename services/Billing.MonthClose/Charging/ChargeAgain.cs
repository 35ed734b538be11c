namespace Billing.MonthClose.Charging;

/// <summary>When a charge that failed because of us is made again.</summary>
static class ChargeAgain
{
    /// <summary>An outage of a night is some ten charges that were never made, and an invoice is paid within the hour after it.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Twice as long each time, so that an outage of hours does not fill the books.</summary>
    /// <param name="earlier">How often it failed because of us before.</param>
    /// <param name="first">The pause after the first time.</param>
    public static TimeSpan After(int earlier, TimeSpan first)
    {
        var pause = first * Math.Pow(2, Math.Min(earlier, 20));
        return pause < Longest ? pause : first > Longest ? first : Longest;
    }
}
