using Billing.Scheduler.Schedules;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Billing.Scheduler.Tests.Schedules;

public sealed class When_schedules_are_read
{
    static SchedulesOptions Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        ScheduleReader.AddDefaults(configuration);
        configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Schedules:{setting.Key}", (string?)setting.Value)));
        var options = new SchedulesOptions();
        configuration.GetSection(SchedulesOptions.Section).Bind(options.ByName);
        return options;
    }

    static string Faults(params (string Key, string Value)[] settings) => string.Join("\n", new ScheduleReader().Validate(null, Read(settings)).Failures ?? []);

    [Fact]
    public void Should_close_the_month_reconcile_and_refresh_seats_by_default()
    {
        Assert.Equal("", Faults());
        Assert.Equal([
            new ScheduleDefinition("month-close", Command.StartMonthClose, "0 0 13 1 * ?", "UTC", Misfire.CatchUp, TimeSpan.FromMinutes(5)),
            new ScheduleDefinition("reconciliation", Command.StartReconciliation, "0 30 2 * * ?", "UTC", Misfire.CatchUp, TimeSpan.FromMinutes(5)),
            new ScheduleDefinition("seat-refresh", Command.StartSeatRefresh, "0 0 0/6 * * ?", "UTC", Misfire.CatchUp, TimeSpan.FromMinutes(5))
        ], ScheduleReader.Read(Read()));
    }

    [Fact]
    public void Should_be_changed_from_outside_one_value_at_a_time() =>
        Assert.Contains(ScheduleReader.Read(Read(("month-close:TimeZone", "Europe/Berlin"))), x =>
            x is { Name: "month-close", TimeZone: "Europe/Berlin", Cron: "0 0 13 1 * ?" });

    [Fact]
    public void Should_leave_out_what_is_put_to_rest() =>
        Assert.Equal(["reconciliation", "seat-refresh"], ScheduleReader.Read(Read(("month-close:Enabled", "false"))).Select(x => x.Name));

    [Theory]
    [InlineData("month-close:Cron", "every day",
        "Schedules:month-close:Cron is \"every day\"; expected a Quartz cron of six or seven fields such as \"0 0 13 1 * ?\"")]
    [InlineData("month-close:Cron", "", "Schedules:month-close:Cron is not set; expected a Quartz cron")]
    [InlineData("month-close:Cron", "0 0 0 30 2 ?", "it is never due")]
    [InlineData("month-close:TimeZone", "Mars/Olympus",
        "Schedules:month-close:TimeZone is \"Mars/Olympus\"; expected an IANA time zone such as Europe/Berlin.")]
    [InlineData("month-close:Misfire", "Often", "Schedules:month-close:Misfire is \"Often\"; expected CatchUp or Skip.")]
    [InlineData("month-close:Misfire", "1", "Schedules:month-close:Misfire is \"1\"; expected CatchUp or Skip.")]
    [InlineData("month-close:Tolerance", "00:00:01", "Schedules:month-close:Tolerance is \"00:00:01\"; expected 00:01:00 to 31.00:00:00.")]
    [InlineData("nightly:Cron", "0 0 0 * * ?", "Schedules:nightly:Command is not set; expected StartMonthClose, StartSeatRefresh or StartReconciliation.")]
    [InlineData("A name:Command", "StartMonthClose", "Schedules:A name is no name for a schedule; expected 1 to 64 small letters, digits and dashes.")]
    public void Should_say_what_is_wrong(string key, string value, string expected) =>
        Assert.Contains(expected, Faults((key, value)), StringComparison.Ordinal);

    [Fact]
    public void Should_say_everything_that_is_wrong_at_once()
    {
        var faults = Faults(("month-close:Cron", "x"), ("seat-refresh:TimeZone", "y"));
        Assert.Contains("Schedules:month-close:Cron", faults, StringComparison.Ordinal);
        Assert.Contains("Schedules:seat-refresh:TimeZone", faults, StringComparison.Ordinal);
    }
}
