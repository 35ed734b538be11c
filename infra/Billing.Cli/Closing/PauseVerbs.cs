using System.CommandLine;
using System.Globalization;
using Billing.Cli.Bus;
using Billing.Cli.Publishing;
using Billing.Cli.Settings;
using Billing.Contracts.MonthClose.V1;
using NodaTime;

namespace Billing.Cli.Closing;

/// <summary><c>pause</c>, <c>resume</c>, <c>approve</c> and <c>brake</c>: the hand on a run.</summary>
static class PauseVerbs
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static IEnumerable<Command> Create() => [Pause(), Resume(), Approve(), Brake()];

    static Command Pause()
    {
        var period = CliPeriod.Argument();
        var why = new Option<string>("--why") { Description = "Why; it is kept with the run.", Required = true };
        var verb = new Command("pause", "Stops the charges of a run; within a second nothing new is charged.") { period, why };
        verb.SetAction((parsed, cancellation) => SayAsync(new PauseRun
        {
            Period = parsed.GetValue(period).Text(),
            Reason = parsed.GetValue(why)!,
            RequestedBy = Environment.UserName
        }, cancellation));
        return verb;
    }

    static Command Resume()
    {
        var period = CliPeriod.Argument();
        var why = new Option<string?>("--why") { Description = "Why; it is kept in the audit trail." };
        var verb = new Command("resume", "Takes a paused run up again.") { period, why };
        verb.SetAction((parsed, cancellation) => SayAsync(new ResumeRun
        {
            Period = parsed.GetValue(period).Text(),
            Reason = parsed.GetValue(why),
            RequestedBy = Environment.UserName
        }, cancellation));
        return verb;
    }

    static Command Approve()
    {
        var period = CliPeriod.Argument();
        var verb = new Command("approve", "Ends the time for late usage of a drafted month: its invoices are issued now.") { period };
        verb.SetAction((parsed, cancellation) =>
            SayAsync(new ApproveRun { Period = parsed.GetValue(period).Text(), RequestedBy = Environment.UserName }, cancellation));
        return verb;
    }

    static Command Brake()
    {
        var name = new Argument<string>("BRAKE") { Description = "FailedShare, UnknownCharges, Change, Amount or Drifts." };
        var limit = new Argument<string>("LIMIT") { Description = "Past it a run pauses, such as 0.3 or 250000; off takes the brake away." };
        var currency = new Option<string?>("--currency") { Description = "For Amount: of the money." };
        var verb = new Command("brake", "Says when a run is to pause by itself, from now on.") { name, limit, currency };
        verb.SetAction((parsed, cancellation) =>
        {
            var told = parsed.GetValue(limit)!;
            var off = told.Equals("off", StringComparison.OrdinalIgnoreCase);
            decimal most = 0;
            if (!off && !decimal.TryParse(told, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out most))
                throw new CliException($"LIMIT is '{told}'; expected a number such as 0.3 or 250000, or off.");
            return SayAsync(new SetBrake
            {
                Brake = parsed.GetValue(name)!,
                Currency = parsed.GetValue(currency),
                Limit = off ? null : most,
                Off = off,
                RequestedBy = Environment.UserName
            }, cancellation);
        });
        return verb;
    }

    /// <summary>Publishes the command, and prints what became of it.</summary>
    static async Task<int> SayAsync(object command, CancellationToken cancellation)
    {
        await using var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation, BillingEnvironment.Current.Sealer);
        var answer = await bus.AskAsync(command, Patience, cancellation);
        foreach (var line in OutcomeText.Of(answer, Patience))
            Screen.Line($"{line}");
        return answer?.Outcome is "accepted" or "unchanged" ? 0 : 1;
    }
}
