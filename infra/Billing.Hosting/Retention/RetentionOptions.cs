using System.Reflection;
using Billing.Hosting.Validation;
using Billing.Persistence.Months;
using Microsoft.Extensions.Options;

namespace Billing.Hosting.Retention;

/// <summary>
/// How long rows are kept that are kept by the month, and how long words are that rows of people hold. Money is not among them: invoices, their lines and the
/// ledger stay.
/// </summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>By table: whole months for which its rows are kept, this one not counted. Each table comes with a number and with a least.</summary>
    public Dictionary<string, int> Months { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// How long the words of what is over are kept, 1 day to 10 years: recipient and text of a message that was sent, was dropped or failed; the body of a
    /// command that had a due time, and of an event of the gateway. Their rows stay. Default 90 days: so long a customer asks what he was told.
    /// </summary>
    [Duration("1.00:00:00", "3653.00:00:00")]
    public TimeSpan Words { get; set; } = TimeSpan.FromDays(90);

    /// <summary>The first day that is kept: what is older goes.</summary>
    public DateOnly FirstKept(KeptTable table, DateOnly today) =>
        new DateOnly(today.Year, today.Month, 1).AddMonths(-Months.GetValueOrDefault(table.Table, table.Months));
}

/// <param name="rows">The assembly of the classes whose rows are kept by the month; each has the name of its table.</param>
sealed class RetentionRules(Assembly rows) : IValidateOptions<RetentionOptions>
{
    const int Most = 1200;

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        var known = TablesOf(rows);
        var faults = options.Months.SelectMany(set => Faults(set, known)).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    public static Dictionary<string, KeptByMonthAttribute> TablesOf(Assembly rows) => rows.GetTypes()
        .Select(type => (type.Name, Kept: type.GetCustomAttribute<KeptByMonthAttribute>())).Where(one => one.Kept is not null)
        .OrderBy(one => one.Name, StringComparer.Ordinal).ToDictionary(one => one.Name, one => one.Kept!, StringComparer.OrdinalIgnoreCase);

    static IEnumerable<string> Faults(KeyValuePair<string, int> set, Dictionary<string, KeptByMonthAttribute> known)
    {
        var key = $"{RetentionOptions.Section}:{nameof(RetentionOptions.Months)}:{set.Key}";
        if (!known.TryGetValue(set.Key, out var kept))
            yield return $"{key} is set, and no such table is kept by the month; expected "
                + (known.Count == 0 ? "none." : $"one of {string.Join(", ", known.Keys)}.");
        else if (set.Value < kept.AtLeast || set.Value > Most)
            yield return $"{key} is {set.Value}; expected {kept.AtLeast} to {Most} months.";
    }
}
