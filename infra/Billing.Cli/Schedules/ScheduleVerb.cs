using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Billing.Cli.Bus;
using Billing.Cli.Publishing;
using Billing.Cli.Settings;
using Billing.Contracts.Scheduling.V1;
using Billing.Views.Schedules;

namespace Billing.Cli.Schedules;

/// <summary>
/// <c>schedule list|pause|resume|run NAME</c>: the calendar and the hand on it; <c>schedule command COMMAND JSON --at INSTANT</c>, <c>commands</c> and
/// <c>cancel GUID</c>: commands that are published once at their time.
/// </summary>
public static class ScheduleVerb
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create() => new("schedule", "Schedules, and commands that are published at a later time.")
    {
        List(), Steer("pause", "Pauses a schedule: what falls due meanwhile is passed over.", whyIsRequired: true,
            (name, why, by) => new PauseSchedule { Schedule = name, Reason = why!, RequestedBy = by }),
        Steer("resume", "Takes a paused schedule up again.", whyIsRequired: false,
            (name, why, by) => new ResumeSchedule { Schedule = name, Reason = why, RequestedBy = by }),
        Steer("run", "Fires a schedule at once, beside its calendar.", whyIsRequired: false,
            (name, why, by) => new RunScheduleNow { Schedule = name, Reason = why, RequestedBy = by }),
        Commands(), Schedule(), Cancel()
    };

    static Command List()
    {
        var list = new Command("list", "All schedules: the next and the last times, and what became of them.");
        list.SetAction(async (_, cancellation) =>
        {
            foreach (var line in (await GetAsync<ScheduleShown[]>("api/schedules", cancellation)).SelectMany(Text))
                Screen.Unbroken(line);
            return 0;
        });
        return list;
    }

    static Command Steer(string verb, string description, bool whyIsRequired, Func<string, string?, string, object> command)
    {
        var name = new Argument<string>("SCHEDULE") { Description = "As 'schedule list' shows it, such as month-close." };
        var why = new Option<string?>("--why") { Description = "Why; it is kept in the audit trail.", Required = whyIsRequired };
        var by = By();
        var steer = new Command(verb, description) { name, why, by };
        steer.SetAction((parsed, cancellation) =>
            SayAsync(command(parsed.GetValue(name)!, parsed.GetValue(why), parsed.GetValue(by)!), cancellation));
        return steer;
    }

    static Command Commands()
    {
        var state = new Option<string>("--state") { Description = "waiting, published, cancelled or failed.", DefaultValueFactory = _ => "waiting" };
        var commands = new Command("commands", "The commands that wait for their time, or what became of them.") { state };
        commands.SetAction(async (parsed, cancellation) =>
        {
            foreach (var line in (await GetAsync<ScheduledCommandShown[]>(
                $"api/scheduled-commands?state={Uri.EscapeDataString(parsed.GetValue(state)!)}", cancellation)).SelectMany(Text))
                Screen.Unbroken(line);
            return 0;
        });
        return commands;
    }

    static Command Schedule()
    {
        var name = new Argument<string>("COMMAND") { Description = "A command's name, such as StartMonthClose." };
        var json = new Argument<string>("JSON") { Description = "Its body." };
        var at = new Option<DateTimeOffset>("--at") { Description = "When it is published, such as 2026-11-02T09:00:00+01:00.", Required = true };
        var id = new Option<Guid?>("--id") { Description = "The id by which it is listed and cancelled; a new one when left out." };
        var by = By();
        var schedule = new Command("command", "Has a command published once, at a later time.") { name, json, at, id, by };
        schedule.SetAction((parsed, cancellation) => SayAsync(new ScheduleCommand
        {
            ScheduleId = parsed.GetValue(id) ?? Guid.NewGuid(),
            DueAt = parsed.GetValue(at),
            Command = parsed.GetValue(name)!,
            Body = Body(parsed.GetValue(json)!),
            RequestedBy = parsed.GetValue(by)
        }, cancellation));
        return schedule;
    }

    static Command Cancel()
    {
        var id = new Argument<Guid>("GUID") { Description = "As 'schedule commands' shows it." };
        var why = new Option<string?>("--why") { Description = "Why; it is kept in the audit trail." };
        var by = By();
        var cancel = new Command("cancel", "Takes a command back whose time has not come.") { id, why, by };
        cancel.SetAction((parsed, cancellation) => SayAsync(new CancelScheduledCommand
        {
            ScheduleId = parsed.GetValue(id),
            Reason = parsed.GetValue(why),
            RequestedBy = parsed.GetValue(by)
        }, cancellation));
        return cancel;
    }

    /// <summary>Three lines or so for each schedule.</summary>
    public static IEnumerable<string> Text(ScheduleShown schedule)
    {
        yield return $"{schedule.Name}: {schedule.Command}, \"{schedule.Cron}\" in {schedule.TimeZone}, "
            + $"{(schedule.Misfire == "CatchUp" ? "caught up" : "skipped")} when it was missed";
        if (schedule.Paused is { } paused)
            yield return $"  paused since {At(paused.Since)} by {paused.By}: {paused.Why}";
        yield return $"  next: {(schedule.Next.Count == 0 ? "never" : string.Join(", ", schedule.Next.Select(At)))}";
        foreach (var tick in schedule.Last)
            yield return $"  {At(tick.DueAt)} {tick.Outcome}{(tick.RequestedBy is { } by ? $", run by {by}" : "")}"
                + $"{(tick.FiredAt - tick.DueAt > TimeSpan.FromMinutes(1) ? $", late: {At(tick.FiredAt)}" : "")}"
                + $"{(tick.Because is { } because ? $": {because}" : "")}";
    }

    /// <summary>Two lines for each command.</summary>
    public static IEnumerable<string> Text(ScheduledCommandShown command) =>
    [
        $"{command.ScheduleId}  {At(command.DueAt)}  {command.Command.Split(':')[^1]}  {command.State.ToLowerInvariant()}"
            + $"{(command.Outcome is { } outcome ? $", {outcome}" : "")}{(command.Because is { } because ? $": {because}" : "")}",
        $"  by {command.ScheduledBy}: {command.Body}"
    ];

    static string At(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    static JsonObject Body(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new CliException($"JSON is '{json}'; expected an object.");
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new CliException($"JSON is '{json}'; expected an object ({e.Message}).");
        }
    }

    static Option<string> By() => new("--by") { Description = "Who does it.", DefaultValueFactory = _ => Environment.UserName };

    static async Task<int> SayAsync(object command, CancellationToken cancellation)
    {
        await using var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation, BillingEnvironment.Current.Sealer);
        var answer = await bus.AskAsync(command, Patience, cancellation);
        foreach (var line in OutcomeText.Of(answer, Patience))
            Screen.Unbroken(line);
        return answer is null or { Outcome: "rejected" or "failed" } ? 1 : 0;
    }

    static async Task<T> GetAsync<T>(string path, CancellationToken cancellation)
    {
        var address = BillingEnvironment.Current.Scheduler;
        using var http = new HttpClient { BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/"), Timeout = TimeSpan.FromSeconds(30) };
        try
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellation);
            if (!answer.IsSuccessStatusCode)
                throw new CliException(await answer.Content.ReadFromJsonAsync<string>(cancellation) ?? "The scheduler said no.");
            return await answer.Content.ReadFromJsonAsync<T>(cancellation) ?? throw new CliException($"The scheduler at {address} said nothing.");
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"The scheduler does not answer at {address}. Is it up (./billing up)?", e);
        }
    }
}
