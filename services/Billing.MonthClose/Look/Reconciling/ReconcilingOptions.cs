using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Look.Reconciling;

public sealed class ReconcilingOptions
{
    public const string Section = "Reconciling";

    /// <summary>What changed less than this ago is still on its way, and no drift. Default 10 minutes: a charge is answered or unknown long before.</summary>
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Closes that began less than this ago are walked when no month is named. Default 62 days: the last close and the one before.</summary>
    public TimeSpan LookBack { get; set; } = TimeSpan.FromDays(62);

    /// <summary>Drifts of one class that one pass looks at; there is one cause behind more, and a person must find it. Default 10,000.</summary>
    public int MostOfOneClass { get; set; } = 10_000;

    /// <summary>Reconciled months whose entries each night compares with their subtotals, in turn. Default 1: two years are proved in 24 nights.</summary>
    public int ProvedMonths { get; set; } = 1;

    /// <summary>Collections, and charge inquiries, of a month that each night builds anew from their messages. Default 200.</summary>
    public int ReplayedSagas { get; set; } = 200;

    /// <summary>What to do about a class, where it is not what <see cref="DriftClass.Levels"/> says: <c>Report</c>, <c>Park</c> or <c>Repair</c>.</summary>
    public Dictionary<string, string> Levels { get; } = new(StringComparer.OrdinalIgnoreCase);

    public DriftLevel LevelOf(string driftClass) =>
        Levels.TryGetValue(driftClass, out var set) ? Enum.Parse<DriftLevel>(set, ignoreCase: true) : DriftClass.Levels[driftClass];
}

sealed class ReconcilingOptionsRules : IValidateOptions<ReconcilingOptions>
{
    public ValidateOptionsResult Validate(string? name, ReconcilingOptions options)
    {
        var faults = options.Levels.SelectMany(FaultsOf).ToList();
        if (options.SettleTime < TimeSpan.Zero || options.SettleTime > TimeSpan.FromDays(1))
            faults.Add($"{ReconcilingOptions.Section}:{nameof(options.SettleTime)} is {options.SettleTime}; expected 00:00:00 to 1.00:00:00.");
        if (options.LookBack < TimeSpan.FromDays(1) || options.LookBack > TimeSpan.FromDays(3660))
            faults.Add($"{ReconcilingOptions.Section}:{nameof(options.LookBack)} is {options.LookBack}; expected 1 to 3660 days.");
        if (options.MostOfOneClass is < 1 or > 1_000_000)
            faults.Add($"{ReconcilingOptions.Section}:{nameof(options.MostOfOneClass)} is {options.MostOfOneClass}; expected 1 to 1,000,000.");
        if (options.ProvedMonths is < 1 or > 1200)
            faults.Add($"{ReconcilingOptions.Section}:{nameof(options.ProvedMonths)} is {options.ProvedMonths}; expected 1 to 1200.");
        if (options.ReplayedSagas is < 0 or > 100_000)
            faults.Add($"{ReconcilingOptions.Section}:{nameof(options.ReplayedSagas)} is {options.ReplayedSagas}; expected 0 to 100,000.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static IEnumerable<string> FaultsOf(KeyValuePair<string, string> level)
    {
        if (!DriftClass.Levels.ContainsKey(level.Key))
            yield return $"{ReconcilingOptions.Section}:Levels:{level.Key} is no class of drift; expected one of {string.Join(", ", DriftClass.Levels.Keys)}.";
        if (!Enum.GetNames<DriftLevel>().Contains(level.Value, StringComparer.OrdinalIgnoreCase))
            yield return $"{ReconcilingOptions.Section}:Levels:{level.Key} is \"{level.Value}\"; expected Report, Park or Repair.";
    }
}
