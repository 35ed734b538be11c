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
        var verb = new Command("publish", "Publishes a message, checked against its contract first.") { name, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var message = await ReadAsync(parsed.GetValue(name)!, parsed.GetValue(json)!, cancellation);
            await using var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation, BillingEnvironment.Current.Sealer);
            await bus.PublishAsync(message, cancellation);
            Screen.Line($"[green]Published[/] {message.GetType().FullName}");
            return 0;
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
