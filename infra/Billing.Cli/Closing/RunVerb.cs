using System.CommandLine;
using Billing.Cli.Settings;
using Spectre.Console;

namespace Billing.Cli.Closing;

/// <summary><c>run list</c>: all runs. <c>run show PERIOD</c>: where one stands.</summary>
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
        var limit = new Option<int>("--limit") { Description = "How many, the newest first.", DefaultValueFactory = _ => 24 };
        var list = new Command("list", "Lists the runs with state, accounts and money.") { limit };
        list.SetAction(async (parsed, cancellation) =>
        {
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            var runs = await months.RunsAsync(parsed.GetValue(limit), cancellation);
            if (runs.Count == 0)
                throw new CliException("No month was closed yet. Start one with: close 2026-10");
            AnsiConsole.Write(RunScreen.List(runs));
            return 0;
        });
        return new Command("run", "Looks at runs.") { list, show };
    }
}
