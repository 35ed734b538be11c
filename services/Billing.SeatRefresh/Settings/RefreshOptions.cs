using System.ComponentModel.DataAnnotations;
using Billing.Hosting.Validation;
using Billing.SeatRefresh.Slots;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Settings;

/// <summary>How often subscriptions are counted, and how the jobs that count them behave. How many run at once is set at run time.</summary>
public sealed class RefreshOptions
{
    public const string Section = "Refreshing";

    /// <summary>
    /// A billable subscription whose last count is older is due: 17 hours by default, 1 minute to 31 days. A schedule of every six hours finds a
    /// row up to six hours after it became due, and counts it before its drain is over: none is ever older than 24 while a drain takes less than an hour.
    /// By 18 hours a row that was counted a minute after a tick would be due a minute after another, and be counted after 24 hours and some.
    /// </summary>
    [Duration("00:01:00", "31.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromHours(17);

    /// <summary>How long a job may hold a subscription that it took: 2 minutes by default. After a crash it is due again then.</summary>
    [Duration("00:00:05", "01:00:00")]
    public TimeSpan ClaimTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a process may be silent before its slots go to others: 30 seconds by default. Jobs say that they live every third of it, so two such words
    /// may be lost.
    /// </summary>
    [Duration("00:00:01", "00:10:00")]
    public TimeSpan SlotLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one count may take: 30 seconds by default, less than <see cref="ClaimTime"/>. Then it has failed, and others go on.</summary>
    [Duration("00:00:00.100", "00:30:00")]
    public TimeSpan JobTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Subscriptions that a job takes and counts at once, in one transaction: 100 by default. What goes wrong with one sends each of them through alone.
    /// </summary>
    [Range(1, 1000)]
    public int ClaimAtOnce { get; set; } = 100;

    /// <summary>Pause after the first failure of a subscription; it doubles each time. 1 minute by default.</summary>
    [Duration("00:00:00.010", "01:00:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>6 hours by default: a person who mends something does not wait longer for the next try than for the next tick.</summary>
    [Duration("00:00:00.010", "7.00:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How often a process looks for work that no message announced: 5 seconds by default; two reads of a few rows.</summary>
    [Duration("00:00:00.050", "00:05:00")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Subscriptions of one step of the batch, and of a walk in shadow mode: 100 by default.</summary>
    [Range(1, 5000)]
    public int BatchSize { get; set; } = 100;
}

/// <summary>What no single bound can say.</summary>
sealed class RefreshOptionsValidator : IValidateOptions<RefreshOptions>
{
    public ValidateOptionsResult Validate(string? name, RefreshOptions options) =>
        options.JobTime >= options.ClaimTime
            ? ValidateOptionsResult.Fail(
                $"{RefreshOptions.Section}:JobTime is {options.JobTime}; "
                + $"expected less than {RefreshOptions.Section}:ClaimTime, {options.ClaimTime}: else another job takes what one still counts.")
        : options.FirstPause > options.LongestPause
            ? ValidateOptionsResult.Fail(
                $"{RefreshOptions.Section}:FirstPause is {options.FirstPause}; "
                + $"expected no more than {RefreshOptions.Section}:LongestPause, {options.LongestPause}.")
        : ValidateOptionsResult.Success;
}
