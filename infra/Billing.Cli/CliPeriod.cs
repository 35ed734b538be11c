using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NodaTime;

namespace Billing.Cli;

/// <summary>A month on the command line, such as <c>2026-10</c>.</summary>
static class CliPeriod
{
    const string Default = "2026-10";

    public static Argument<YearMonth> Argument() => new("PERIOD") { Description = "The month, such as 2026-10.", CustomParser = Parse };

    public static Option<YearMonth> Option() => new("--period")
    {
        Description = "The month, such as 2026-10.",
        CustomParser = Parse,
        DefaultValueFactory = _ => Read(Default)!.Value
    };

    public static string Text(this YearMonth period) => $"{period.Year:0000}-{period.Month:00}";

    public static YearMonth? Read(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            ? new YearMonth(first.Year, first.Month) : null;

    static YearMonth Parse(ArgumentResult result)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : Default;
        if (Read(text) is { } period)
            return period;
        result.AddError($"PERIOD: '{text}' is not a month; expected one such as 2026-10.");
        return default;
    }
}
