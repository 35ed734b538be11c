using System.CommandLine;
using Billing.Cli.Bus;
using Billing.Cli.Settings;
using Billing.Contracts.MonthClose.V1;
using MassTransit;
using NodaTime;
using Spectre.Console;

namespace Billing.Cli.Closing;

/// <summary><c>close PERIOD [--token TOKEN] [--watch]</c>: asks for the month to be closed.</summary>
static class CloseVerb
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly TimeSpan AnswerPace = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    /// <summary>With a token all accounts are computed once more first.</summary>
    static readonly TimeSpan CheckWithin = TimeSpan.FromMinutes(30);

    public static Command Create()
    {
        var period = CliPeriod.Argument();
        var watch = new Option<bool>("--watch") { Description = "Follow it to the end." };
        var outOfOrder = new Option<bool>("--out-of-order") { Description = "Although a later month was closed, or the month before is open." };
        var token = new Option<string?>("--token") { Description = "Of a preview: the run begins only when everything is still as it was previewed." };
        var accept = new Option<bool>("--accept-changes") { Description = "With a token: begins although something changed since the preview." };
        var verb = new Command("close", "Closes a month for every account; asking again joins the run that is there.")
        {
            period, watch, outOfOrder, token, accept
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var month = parsed.GetValue(period);
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            await using (var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation, BillingEnvironment.Current.Sealer))
                if (await AskAsync(bus, months, month, new StartMonthClose
                {
                    Period = month.Text(),
                    RequestedBy = Environment.UserName,
                    OutOfOrder = parsed.GetValue(outOfOrder),
                    CommitToken = parsed.GetValue(token),
                    AcceptChanges = parsed.GetValue(accept)
                }, cancellation) is { } held)
                    throw new CliException(Text(held));
            Screen.Line($"Asked for the close of [bold]{month.Text()}[/].");
            if (!parsed.GetValue(watch))
                return 0;
            var run = await new RunFollower(months, TimeProvider.System).ToTheEndAsync(month, Patience, cancellation);
            AnsiConsole.Write(RunScreen.Render(run, TimeProvider.System.GetUtcNow()));
            return 0;
        });
        return verb;
    }

    /// <summary>Asks, and waits until the run is there, is held back, or the command is rejected.</summary>
    /// <returns>Null when the run is there; what changed since the preview when it was held back.</returns>
    /// <exception cref="CliException">The command was rejected; the text says which field, and what was expected.</exception>
    public static async Task<MonthCloseHeldBack?> AskAsync(
        BillingBus bus, MonthCloseClient months, YearMonth month, StartMonthClose start, CancellationToken cancellation)
    {
        var id = NewId.NextGuid();
        var heldBack = new TaskCompletionSource<MonthCloseHeldBack>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rejected = await bus.ListenForRejectionAsync<StartMonthClose>(id);
        await using var listening = await bus.ListenAsync<MonthCloseHeldBack>(held =>
        {
            if (held.Period == start.Period && held.CommitToken == start.CommitToken)
                heldBack.TrySetResult(held);
        });
        await bus.PublishAsync(start, cancellation, messageId: id);
        using var timer = new PeriodicTimer(AnswerPace, TimeProvider.System);
        var patience = start.CommitToken is null ? AnswerWithin : CheckWithin;
        for (var left = patience; left > TimeSpan.Zero && await months.RunAsync(month, cancellation) is null; left -= AnswerPace)
        {
            if (rejected.Reason.IsCompleted)
                throw new CliException(await rejected.Reason);
            if (heldBack.Task.IsCompleted)
                return await heldBack.Task;
            await timer.WaitForNextTickAsync(cancellation);
        }

        return null;
    }

    public static string Text(MonthCloseHeldBack held) => string.Join(Environment.NewLine,
    [
        $"The close of {held.Period} did not begin: {held.Accounts} accounts would be treated otherwise than previewed.",
        .. held.Changes.Select(change =>
            $"  {(change.AccountId is { } account ? $"{account}: " : "")}{change.What} was {change.Before ?? "nothing"}, is {change.After ?? "nothing"}"),
        "Look again with preview, or say --accept-changes."
    ]);
}
