using System.Text.Json;
using Billing.Console.Live;
using Billing.Console.Parts;
using Billing.Console.Reading;
using Billing.Console.Viewing;
using Billing.Contracts.Notification.V1;
using Billing.Contracts.Scheduling.V1;
using Billing.Contracts.Seats.V1;
using Billing.Hosting.Http;
using Billing.Views.Schedules;

namespace Billing.Console.Acting;

/// <summary>What may be done with messages, seats and what was set aside.</summary>
static class OperatingActs
{
    public static readonly Act[] All =
    [
        new("replay-faults", Rights.Operate, look => OfCauseAsync(look, "Replay", (service, cause) => new Proposal($"Replay {cause.Cause}", "Replay them")
        {
            Says =
            [
                "Each message goes back into its queue and is worked on again. When the cause is not mended, it fails again.",
                $"They failed because: {cause.Reason}"
            ],
            Stakes = StakesOf(cause),
            Service = service,
            Way = (said, stopping) =>
                PostAsync(look, service, $"replay?cause={Uri.EscapeDataString(cause.Cause)}&by={Uri.EscapeDataString(said.By)}", "replayed", stopping)
        })),
        new("discard-faults", Rights.Money, look => OfCauseAsync(look, "Discard", (service, cause) => new Proposal($"Discard {cause.Cause}", "Throw them away")
        {
            IsGrave = true,
            Says =
            [
                "The messages are thrown away, and what they ask for is never done. The log keeps each with the reason.",
                $"They failed because: {cause.Reason}"
            ],
            Stakes = StakesOf(cause),
            Fields = [new Field("why", "Why nobody needs them")],
            Service = service,
            Way = (said, stopping) => PostAsync(look, service,
                $"discard?cause={Uri.EscapeDataString(cause.Cause)}&why={Uri.EscapeDataString(said["why"])}&by={Uri.EscapeDataString(said.By)}",
                "discarded", stopping)
        })),
        new("replay-message", Rights.Operate, look => Task.FromResult(Guid.TryParse(look["message"], out var id)
            ? new Proposal("Send a failed message again", "Send it again")
            {
                Says = ["It is sent once more if it failed. One that did not fail is left alone."],
                Stakes = [new Stake("Workspace", look["workspace"] ?? Show.None), new Stake("Message", $"{id}")],
                Service = Upstream.Notification,
                Command = said => new ReplayNotifications { NotificationIds = [id], RequestedBy = said.By }
            }
            : Proposal.Refused("Send a failed message again", "There is no such message."))),
        new("pause-workspace", Rights.Operate, look => OfWorkspace(look, workspace => new Proposal($"Pause the sending of {workspace}", "Pause it")
        {
            Says = ["Nothing of the workspace leaves any more, but for what is being sent. What comes in is kept."],
            Command = said => new PauseWorkspace { WorkspaceId = workspace, RequestedBy = said.By }
        })),
        new("resume-workspace", Rights.Operate, look => OfWorkspace(look, workspace => new Proposal($"Resume the sending of {workspace}", "Resume it")
        {
            Says = ["What waits leaves in its turn."],
            Command = said => new ResumeWorkspace { WorkspaceId = workspace, RequestedBy = said.By }
        })),
        new("run-schedule", Rights.Operate, look => OfScheduleAsync(look, "Run a schedule now", schedule =>
            new Proposal($"Run {schedule.Name} now", "Run it now")
        {
            Says = [$"{schedule.Command} is sent at once, as if the schedule were due. Its next time stays as it is."],
            Command = said => new RunScheduleNow { Schedule = schedule.Name, Reason = "run from the console", RequestedBy = said.By }
        })),
        new("pause-schedule", Rights.Operate, look => OfScheduleAsync(look, "Pause a schedule", schedule =>
            new Proposal($"Pause {schedule.Name}", "Pause it")
        {
            Says = ["It does not fire until somebody resumes it. What falls due meanwhile is passed over."],
            Fields = [new Field("why", "Why")],
            Command = said => new PauseSchedule { Schedule = schedule.Name, Reason = said["why"], RequestedBy = said.By }
        })),
        new("resume-schedule", Rights.Operate, look => OfScheduleAsync(look, "Resume a schedule", schedule =>
            new Proposal($"Resume {schedule.Name}", "Resume it")
        {
            Says = ["It fires again from its next time on. What was passed over is not made up for."],
            Command = said => new ResumeSchedule { Schedule = schedule.Name, RequestedBy = said.By }
        })),
        new("refresh-seats", Rights.Operate, look => Task.FromResult(look["subscription"] is { } subscription
            ? new Proposal($"Count the seats of {subscription} now", "Count them")
            {
                Says = ["Its seats are counted at once, whether they are due or not. What is owed follows from the count."],
                Stakes = [new Stake("Subscription", subscription)],
                Service = Upstream.SeatRefresh,
                Command = said => new RefreshSeats { SubscriptionId = subscription, RequestedBy = said.By }
            }
            : Proposal.Refused("Count seats", "There is no such subscription."))),
    ];

    static Task<Proposal> OfWorkspace(Look look, Func<string, Proposal> propose) => Task.FromResult(look["workspace"] is { } workspace
        ? propose(workspace) with { Service = Upstream.Notification, Stakes = [new Stake("Workspace", workspace)] }
        : Proposal.Refused("A workspace", "It is not named."));

    static async Task<Proposal> OfScheduleAsync(Look look, string what, Func<ScheduleShown, Proposal> propose)
    {
        var told = await look.ReadAsync<ScheduleShown[]>(Upstream.Scheduler, "api/schedules");
        return told.Away is { } away ? Proposal.Refused(what, $"{Upstream.Scheduler.Name()} is away: {away.Why}.")
            : told.Value?.FirstOrDefault(schedule => schedule.Name == look["schedule"]) is { } schedule
            ? propose(schedule) with
            {
                Service = Upstream.Scheduler,
                Stakes =
                [
                    new Stake("Schedule", schedule.Name), new Stake("Sends", schedule.Command),
                    new Stake("Next", schedule.NextDueAt is { } at ? $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : Show.None)
                ]
            }
            : Proposal.Refused(what, "There is no such schedule.");
    }

    static async Task<Proposal> OfCauseAsync(Look look, string what, Func<Upstream, CauseTold, Proposal> propose)
    {
        if (UpstreamNames.Of(look["service"] ?? "") is not { } service)
            return Proposal.Refused(what, "There is no such service.");
        var told = await look.ReadAsync<CauseTold[]>(service, "api/faults");
        return told.Away is { } away ? Proposal.Refused(what, $"{service.Name()} is away: {away.Why}.")
            : told.Value?.FirstOrDefault(cause => cause.Cause == look["cause"]) is { } cause ? propose(service, cause)
            : Proposal.Refused(what, "Nothing is set aside for this cause any more.");
    }

    static Stake[] StakesOf(CauseTold cause) => [new Stake("Messages", $"{Show.Count(cause.Count)} of the queue {cause.Queue}")];

    static async Task<string> PostAsync(Look look, Upstream service, string path, string done, CancellationToken cancellationToken)
    {
        using var answer = await look.Facts.ClientOf(service).PostAsync(new Uri($"api/faults/{path}", UriKind.Relative), null, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        look.Facts.Forget(service);
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"{service.Name()} answered {(int)answer.StatusCode}: {text}");
        using var told = JsonDocument.Parse(text);
        return $"{Show.Count(told.RootElement.GetProperty(done).GetInt32())} messages were {done}.";
    }
}
