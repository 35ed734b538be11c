using Billing.Clock;
using Microsoft.Extensions.Configuration;

namespace Billing.Hosting.Clocks;

/// <summary>By which clock the installation runs: the section <c>Clock</c>.</summary>
static class ClockSettings
{
    const string Key = "Clock:Test";

    /// <summary>Whether it runs by a test clock, which <c>AdvanceClock</c> moves. The same for every service of an installation.</summary>
    public static bool IsTest(IConfiguration configuration) => configuration[Key] switch
    {
        null or "" => false,
        var text => bool.TryParse(text, out var isTest) ? isTest : throw SettingsException.Expected(Key, text, "true or false"),
    };

    public static TimeProvider ClockOf(IConfiguration configuration) => IsTest(configuration) ? new TestClock(TimeProvider.System) : TimeProvider.System;
}
