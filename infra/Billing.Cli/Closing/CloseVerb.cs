using System.CommandLine;
using Billing.Cli.Bus;
using Billing.Cli.Settings;
using Billing.Contracts.MonthClose.V1;
using MassTransit;
using NodaTime;
using Spectre.Console;

namespace Billing.Cli.Closing;

/// <summary><c>close PERIOD [--watch]</c>: asks for the month to be closed.</summary>
static class CloseVerb
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly TimeSpan AnswerPace = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var period = CliPeriod.Argument();
        var watch = new Option<bool>("--watch") { Description = "Follow it to the end." };
        var outOfOrder = new Option<bool>("--out-of-order") { Description = "Although a later month was closed, or the month before is open." };
        var verb = new Command("close", "Closes a month for every account; asking again joins the run that is there.") { period, watch, outOfOrder };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var month = parsed.GetValue(period);
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            await using (var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation, BillingEnvironment.Current.Sealer))
                await AskAsync(bus, months, month, parsed.GetValue(outOfOrder), cancellation);
            Screen.Line($"Asked for the close of [bold]{month.Text()}[/].");
            if (!parsed.GetValue(watch))
                return 0;
            var run = await new RunFollower(months, TimeProvider.System).ToTheEndAsync(month, Patience, cancellation);
            AnsiConsole.Write(RunScreen.Render(run, TimeProvider.System.GetUtcNow()));
            return 0;
        });
        return verb;
    }

    /// <summary>Asks, and waits until the run is there or the command is rejected.</summary>
    /// <exception cref="CliException">The command was rejected; the reason says which field, and what was expected.</exception>
    static async Task AskAsync(BillingBus bus, MonthCloseClient months, YearMonth month, bool outOfOrder, CancellationToken cancellation)
    {
        var id = NewId.NextGuid();
        var rejected = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listening = await bus.ListenAsync<Fault<StartMonthClose>>(fault =>
        {
            if (fault.FaultedMessageId == id)
                rejected.TrySetResult(fault.Exceptions.FirstOrDefault()?.Message ?? "no reason was given");
        });
        await bus.PublishAsync(
            new StartMonthClose { Period = month.Text(), RequestedBy = Environment.UserName, OutOfOrder = outOfOrder }, cancellation, messageId: id);
        using var timer = new PeriodicTimer(AnswerPace, TimeProvider.System);
        for (var left = AnswerWithin; left > TimeSpan.Zero && await months.RunAsync(month, cancellation) is null; left -= AnswerPace)
        {
            if (rejected.Task.IsCompleted)
                throw new CliException(await rejected.Task);
            await timer.WaitForNextTickAsync(cancellation);
        }
    }
}
