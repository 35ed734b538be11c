using System.CommandLine;
using Billing.Cli.Settings;
using Spectre.Console;

namespace Billing.Cli.Closing;

/// <summary><c>run show PERIOD</c>: where a run stands.</summary>
static class RunVerb
{
    public static Command Create()
    {
        var period = CliPeriod.Argument();
        var show = new Command("show", "Shows where the run of a month stands.") { period };
        show.SetAction(async (parsed, cancellation) =>
        {
            var month = parsed.GetValue(period);
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            if (await months.RunAsync(month, cancellation) is not { } run)
                throw new CliException($"There is no run of {month.Text()}. Start one with: close {month.Text()}");
            AnsiConsole.Write(RunScreen.Render(run, TimeProvider.System.GetUtcNow()));
            return 0;
        });
        return new Command("run", "Looks at runs.") { show };
    }
}
