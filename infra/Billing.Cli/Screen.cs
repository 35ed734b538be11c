using System.Globalization;
using Spectre.Console;

namespace Billing.Cli;

/// <summary>What a person reads; the same on every machine, whatever its language.</summary>
static class Screen
{
    /// <summary>In a pipe or a file: no colours, and lines that are not folded.</summary>
    public static void Prepare()
    {
        if (!Console.IsOutputRedirected)
            return;
        AnsiConsole.Profile.Capabilities.Ansi = false;
        AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        AnsiConsole.Profile.Capabilities.Interactive = false;
        AnsiConsole.Profile.Width = 240;
    }

    /// <summary>Writes a line; holes are escaped, so that a name with brackets is no colour.</summary>
    public static void Line(FormattableString text) => AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, text);

    /// <summary>Writes a line that must stay in one piece, however narrow the screen.</summary>
    public static void Unbroken(string text) => Console.Out.WriteLine(text);

    public static void Wrong(string text) => Console.Error.WriteLine(text);

    public static bool IsLive => AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
}
