using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Billing.Cli.Closing;
using Billing.Cli.Settings;
using Billing.Views.MonthClose;
using Spectre.Console;

namespace Billing.Cli.Reconciling;

/// <summary><c>replay run|collection|charge ID [--at INSTANT]</c>: a saga's state, built anew from its messages, beside its row.</summary>
static class ReplayVerb
{
    public static Command Create()
    {
        var period = CliPeriod.Argument();
        var invoice = new Argument<string>("INVOICE") { Description = "The invoice's number or id." };
        var charge = new Argument<Guid>("CHARGE") { Description = "The charge's id." };
        return new Command("replay", "Builds the state of a saga anew from the messages that it took, and compares it with what is stored.")
        {
            Of("run", "A month's run, and its chunks.", period, value => $"runs/{value.Text()}"),
            Of("collection", "What was done about an invoice that was not paid at once.", invoice, value => $"collections/{UrlPath.Escape(value)}"),
            Of("charge", "The inquiry what became of a charge.", charge, value => $"inquiries/{value}")
        };
    }

    static Command Of<T>(string name, string description, Argument<T> argument, Func<T, string> path)
    {
        var at = new Option<string?>("--at") { Description = "The state of that moment, such as 2026-11-01T06:00:00Z, instead of now." };
        var show = new Option<int>("--show") { Description = "How many messages to list, the newest.", DefaultValueFactory = _ => 30 };
        var verb = new Command(name, description) { argument, at, show };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var asked = parsed.GetValue(at);
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            var which = parsed.GetValue(argument)!;
            var replay = await months.ReplayAsync(path(which) + (asked is null ? "" : $"?at={Uri.EscapeDataString(asked)}"), cancellation)
                ?? throw new CliException($"No messages are kept of the {name} of '{Text(which)}'{(asked is null ? "" : $" by {asked}")}.");
            return Show(replay, parsed.GetValue(show));
        });
        return verb;
    }

    static string Text(object value) => value is NodaTime.YearMonth month ? month.Text() : value.ToString()!;

    static int Show(ReplayView replay, int most)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("taken at", "message", "state", "changed");
        foreach (var message in replay.Newest.TakeLast(most))
            table.AddRow(
                Markup.Escape(message.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) + "Z"), Markup.Escape(message.Message),
                Markup.Escape(message.From is null || message.From == message.To ? message.To : $"{message.From} → {message.To}"),
                Markup.Escape(string.Join("\n", message.Changed.Where(change => !change.StartsWith("CurrentState:", StringComparison.Ordinal)))));
        AnsiConsole.Write(table);
        foreach (var (member, value) in replay.State.Where(member => member.Value is not null))
            Screen.Unbroken($"  {member} = {Shown(value)}");
        var differences = replay.Differences.Select(one => $"{one.Member}: the messages say {one.Replayed}, the row {one.Stored} ({one.When})")
            .Concat(replay.Chunks?.Differences ?? []).ToList();
        foreach (var difference in differences)
            Screen.Wrong(difference);
        var chunks = replay.Chunks is { } some ? $", and {some.Messages} of {some.Total} chunks" : "";
        var kept = replay.IsWhole ? "" : "; its first messages are not kept any more, so only what changed since is compared";
        Screen.Unbroken(replay.At is { } at
            ? $"{replay.Saga} {replay.SagaId} as it was at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, from {replay.Messages} messages{kept}"
            : $"{replay.Saga} {replay.SagaId}: {replay.Messages} messages{chunks}, {differences.Count} differences{kept}");
        return differences.Count == 0 ? 0 : 1;
    }

    static string Shown(JsonElement? value) => value?.ToString() ?? "";
}
