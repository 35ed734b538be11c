using System.CommandLine;
using Billing.Cli.Bus;
using Billing.Cli.Settings;

namespace Billing.Cli.Publishing;

/// <summary><c>publish COMMAND JSON</c>: any message, checked before it leaves.</summary>
static class PublishVerb
{
    public static Command Create()
    {
        var name = new Argument<string>("COMMAND") { Description = "A contract's name, such as StartMonthClose or MonthClose.V1.StartMonthClose." };
        var json = new Argument<string>("JSON") { Description = "The body; @FILE reads a file, - reads the input." };
        var wait = new Option<int>("--wait")
        {
            Description = "Seconds to wait for what became of it; 0 does not wait.",
            DefaultValueFactory = _ => 10
        };
        var verb = new Command("publish", "Publishes a message, checked against its contract first, and says what became of it.") { name, json, wait };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var message = await ReadAsync(parsed.GetValue(name)!, parsed.GetValue(json)!, cancellation);
            await using var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation, BillingEnvironment.Current.Sealer);
            var patience = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(wait), 0, 3600));
            var answer = patience > TimeSpan.Zero ? await bus.AskAsync(message, patience, cancellation) : null;
            if (patience == TimeSpan.Zero)
                await bus.PublishAsync(message, cancellation);
            Screen.Line($"[green]Published[/] {message.GetType().FullName}");
            foreach (var line in OutcomeText.Of(answer, patience))
                Screen.Line($"{line}");
            return answer?.Outcome is "rejected" or "failed" ? 1 : 0;
        });
        return verb;
    }

    static async Task<object> ReadAsync(string name, string body, CancellationToken cancellation)
    {
        var json = body switch
        {
            "-" => await Console.In.ReadToEndAsync(cancellation),
            ['@', .. var path] => File.Exists(path) ? await File.ReadAllTextAsync(path, cancellation) : throw new CliException($"There is no file {path}."),
            _ => body
        };
        return MessageCheck.Read(name, json);
    }
}
