using System.CommandLine;
using Billing.Cli.Bus;
using Billing.Cli.Settings;
using Billing.Contracts.MonthClose.V1;
using Spectre.Console;

namespace Billing.Cli.Closing;

/// <summary><c>close PERIOD [--watch]</c>: asks for the month to be closed.</summary>
static class CloseVerb
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Command Create()
    {
        var period = CliPeriod.Argument();
        var watch = new Option<bool>("--watch") { Description = "Follow it to the end." };
        var verb = new Command("close", "Closes a month for every account; asking again joins the run that is there.") { period, watch };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var month = parsed.GetValue(period);
            await using (var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation))
                await bus.PublishAsync(new StartMonthClose { Period = month.Text(), RequestedBy = Environment.UserName }, cancellation);
            Screen.Line($"Asked for the close of [bold]{month.Text()}[/].");
            if (!parsed.GetValue(watch))
                return 0;
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            var run = await new RunFollower(months, TimeProvider.System).ToTheEndAsync(month, Patience, cancellation);
            AnsiConsole.Write(RunScreen.Render(run, TimeProvider.System.GetUtcNow()));
            return 0;
        });
        return verb;
    }
}
