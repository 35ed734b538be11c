using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;
using Quartz;

namespace Billing.Scheduler.Schedules;

/// <summary>Reads the schedules and says of each wrong value where it stands, what it is and what was expected, all at once.</summary>
sealed partial class ScheduleReader : IValidateOptions<SchedulesOptions>
{
    static readonly (TimeSpan Shortest, TimeSpan Longest) Tolerances = (TimeSpan.FromMinutes(1), TimeSpan.FromDays(31));

    /// <summary>Puts what comes with the program beneath everything else that configures it.</summary>
    public static void AddDefaults(IConfigurationBuilder configuration)
    {
        using var file = typeof(ScheduleReader).Assembly.GetManifestResourceStream("schedules.json")!;
        var defaults = new ConfigurationBuilder().AddJsonStream(file).Build().AsEnumerable().Where(pair => pair.Value is not null);
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [.. defaults] });
    }

    public static IReadOnlyList<ScheduleDefinition> Read(SchedulesOptions options) =>
        [.. options.ByName.Where(pair => pair.Value.Enabled).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new ScheduleDefinition(
            pair.Key, Enum.Parse<Command>(pair.Value.Command!, true), pair.Value.Cron!, pair.Value.TimeZone, Enum.Parse<Misfire>(pair.Value.Misfire, true),
                pair.Value.Tolerance))];

    public ValidateOptionsResult Validate(string? name, SchedulesOptions options)
    {
        var faults = options.ByName.Where(pair => pair.Value.Enabled).SelectMany(pair => FaultsOf(pair.Key, pair.Value)).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static IEnumerable<string> FaultsOf(string name, ScheduleOptions schedule)
    {
        if (!Name().IsMatch(name))
            yield return $"{SchedulesOptions.Section}:{name} is no name for a schedule; expected 1 to 64 small letters, digits and dashes.";
        if (!IsNamed<Command>(schedule.Command))
            yield return Fault(nameof(schedule.Command), schedule.Command, "StartMonthClose, StartSeatRefresh or StartReconciliation");
        if (FaultOfCron(schedule.Cron) is { } reason)
            yield return Fault(nameof(schedule.Cron), schedule.Cron, $"a Quartz cron of six or seven fields such as \"0 0 13 1 * ?\" ({reason})");
        if (schedule.TimeZone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out _))
            yield return Fault(nameof(schedule.TimeZone), schedule.TimeZone, "an IANA time zone such as Europe/Berlin");
        if (!IsNamed<Misfire>(schedule.Misfire))
            yield return Fault(nameof(schedule.Misfire), schedule.Misfire, "CatchUp or Skip");
        if (schedule.Tolerance < Tolerances.Shortest || schedule.Tolerance > Tolerances.Longest)
            yield return Fault(nameof(schedule.Tolerance), schedule.Tolerance.ToString(), "00:01:00 to 31.00:00:00");

        string Fault(string field, string? value, string expected) =>
            $"{SchedulesOptions.Section}:{name}:{field} {(string.IsNullOrEmpty(value) ? "is not set" : $"is \"{value}\"")}; expected {expected}.";
    }

    // numbers would parse as enums too
    static bool IsNamed<T>(string? value)
        where T : struct, Enum => Enum.GetNames<T>().Contains(value, StringComparer.OrdinalIgnoreCase);

    static string? FaultOfCron(string? cron)
    {
        if (string.IsNullOrWhiteSpace(cron))
            return "nothing is written";
        try
        {
            var next = new CronExpression(cron, TimeZoneInfo.Utc).GetNextValidTimeAfter(DateTimeOffset.UnixEpoch);
            return next is null ? "it is never due" : null;
        }
        catch (FormatException exception)
        {
            return exception.Message.TrimEnd('.');
        }
    }

    [GeneratedRegex(@"^[a-z0-9\-]{1,64}\z")]
    private static partial Regex Name();
}
