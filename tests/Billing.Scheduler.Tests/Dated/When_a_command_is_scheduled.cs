using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Outcomes.V1;
using Billing.Contracts.Scheduling.V1;
using Billing.Contracts.Seats.V1;
using Billing.Scheduler.Dated;
using Billing.Scheduler.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.Scheduler.Tests.Dated;

public sealed class When_a_command_is_scheduled : IAsyncLifetime
{
    static readonly DateTimeOffset Nine = DateTimeOffset.Parse("2026-10-15T09:00:00Z");

    readonly SchedulerHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    static ScheduleCommand SetSeatRefreshAt(DateTimeOffset due, int jobs = 12) => new()
    {
        ScheduleId = Guid.NewGuid(),
        DueAt = due,
        Command = "SetSeatRefresh",
        Body = new JsonObject { ["maxRunning"] = jobs },
        RequestedBy = "jane"
    };

    [Fact]
    public async Task Should_be_published_once_when_its_time_has_come_and_show_what_became_of_it()
    {
        _house.Answering = answer => answer with { Outcome = "rejected", Faults = [new CommandFault { Field = "MaxRunning", Value = "12", Expected = "0 to 6" }] };
        await _house.StartAsync();
        await _house.StartAsync();      // two processes
        var command = SetSeatRefreshAt(Nine.ToOffset(TimeSpan.FromHours(2)));
        Assert.Equal("accepted", (await _house.TellAsync(command)).Outcome);
        var waiting = Assert.Single(await _house.ListAsync("api/scheduled-commands"));
        Assert.Equal(("Billing.Contracts.Seats.V1:SetSeatRefresh", Nine),
            (waiting.GetProperty("command").GetString(), waiting.GetProperty("dueAt").GetDateTimeOffset()));
        _house.Clock.SetTo(Nine.AddSeconds(-30));
        await PassesAsync();
        Assert.Empty(_house.Heard<SetSeatRefresh>());

        _house.Clock.SetTo(Nine);
        Assert.Equal(12, (await _house.HearsAsync<SetSeatRefresh>()).MaxRunning);
        var published = await Eventually.HoldsAsync(async () => (await _house.ListAsync("api/scheduled-commands?state=published"))
                .SingleOrDefault(shown => shown.GetProperty("scheduleId").GetGuid() == command.ScheduleId),
            shown => shown.ValueKind == JsonValueKind.Object && shown.GetProperty("outcome").GetString() == "rejected", "the service has answered");
        Assert.Equal("MaxRunning is 12; expected 0 to 6", published.GetProperty("because").GetString());
        Assert.InRange(published.GetProperty("endedAt").GetDateTimeOffset() - Nine, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        await PassesAsync();
        Assert.Single(_house.Heard<SetSeatRefresh>());
        Assert.Equal(["scheduled"], (await _house.ListAsync($"api/audit?subject={command.ScheduleId}")).Select(act => act.GetProperty("what").GetString()));
    }

    [Fact]
    public async Task Should_be_published_once_after_a_time_in_which_nobody_was_there()
    {
        await _house.StartAsync();
        foreach (var minute in Enumerable.Range(0, 5))
            await _house.TellAsync(SetSeatRefreshAt(Nine.AddMinutes(minute), minute));
        await _house.StopAsync();
        _house.Clock.SetTo(Nine.AddDays(3));
        await _house.StartAsync();
        await _house.StartAsync();
        await _house.HearsAllAsync<SetSeatRefresh>(_ => true, 5);
        await PassesAsync();
        Assert.Equal([0, 1, 2, 3, 4], _house.Heard<SetSeatRefresh>().Select(heard => heard.MaxRunning!.Value).Order());
    }

    [Fact]
    public async Task Should_lose_its_body_some_time_after_it_was_over_and_keep_its_row()
    {
        await _house.StartAsync();
        var (early, late, waiting) = (SetSeatRefreshAt(Nine), SetSeatRefreshAt(Nine.AddDays(50)), SetSeatRefreshAt(Nine.AddDays(500)));
        foreach (var command in (ScheduleCommand[])[early, late, waiting])
            await _house.TellAsync(command);
        _house.Clock.SetTo(Nine);
        await EndsAsync(early);
        _house.Clock.SetTo(Nine.AddDays(50));
        await EndsAsync(late);
        await _house.StopAsync();
        _house.Clock.SetTo(Nine.AddDays(91));
        await _house.StartAsync();

        var old = await Eventually.HoldsAsync(() => RowAsync(early), row => row.Body == ScheduledCommand.NothingLeft, "its body went");

        Assert.Equal(("Billing.Contracts.Seats.V1:SetSeatRefresh", ScheduledState.Published), (old.Command, old.State));
        Assert.Contains("12", (await RowAsync(late)).Body, StringComparison.Ordinal);
        Assert.Contains("12", (await RowAsync(waiting)).Body, StringComparison.Ordinal);
        Assert.Equal("unchanged", (await _house.TellAsync(early)).Outcome);
    }

    Task<ScheduledCommand> RowAsync(ScheduleCommand command) =>
        _house.AskAsync(db => db.Commands.AsNoTracking().SingleAsync(row => row.Id == command.ScheduleId));

    Task<ScheduledCommand> EndsAsync(ScheduleCommand command) => Eventually.HoldsAsync(() => RowAsync(command), row => row.EndedAt is not null, "it was published");

    [Fact]
    public async Task Should_be_cancelled_as_long_as_it_was_not_published()
    {
        await _house.StartAsync();
        var (first, second) = (SetSeatRefreshAt(Nine), SetSeatRefreshAt(Nine.AddHours(1)));
        await _house.TellAsync(first);
        await _house.TellAsync(second);
        var cancelled = await _house.TellAsync(new CancelScheduledCommand { ScheduleId = first.ScheduleId, Reason = "too many", RequestedBy = "joe" });
        Assert.Equal(("accepted", "cancelled"), (cancelled.Outcome, cancelled.Changes.Single().What));
        Assert.Equal("unchanged", (await _house.TellAsync(new CancelScheduledCommand { ScheduleId = first.ScheduleId })).Outcome);
        _house.Clock.SetTo(Nine.AddHours(2));
        await _house.HearsAsync<SetSeatRefresh>();
        await PassesAsync();
        Assert.Single(_house.Heard<SetSeatRefresh>());
        var late = await Eventually.HoldsAsync(() => _house.TellAsync(new CancelScheduledCommand { ScheduleId = second.ScheduleId }),
            answer => answer.Because is not null, "it is published");
        Assert.StartsWith("it was published at 2026-10-15T11:0", late.Because, StringComparison.Ordinal);
        Assert.Equal("ScheduleId", (await _house.TellAsync(new CancelScheduledCommand { ScheduleId = Guid.NewGuid() })).Faults.Single().Field);
        Assert.Equal("too many", (await _house.ListAsync("api/scheduled-commands?state=cancelled")).Single().GetProperty("because").GetString());
    }

    [Fact]
    public async Task Should_count_once_and_refuse_another_command_under_its_id()
    {
        await _house.StartAsync();
        var command = SetSeatRefreshAt(Nine);
        await _house.TellAsync(command);
        Assert.Equal(("unchanged", "it is scheduled already, and waiting"), await SaidAsync(command));
        var other = await _house.TellAsync(command with { Body = new JsonObject { ["maxRunning"] = 13 } });
        Assert.Equal(("rejected", "ScheduleId"), (other.Outcome, other.Faults.Single().Field));
    }

    [Fact]
    public async Task Should_be_refused_now_when_its_service_could_not_read_it()
    {
        await _house.StartAsync();
        await IsRefusedAsync("StartMonthCloze", """{"period":"2026-10"}""", "Command is StartMonthCloze; expected the name of a command, such as StartMonthClose");
        await IsRefusedAsync("MonthCloseCompleted", """{"period":"2026-10"}""", "Command is MonthCloseCompleted; expected the name of a command");
        await IsRefusedAsync("ReplayFaults", """{"cause":"3f9a1c07"}""", "Command is ReplayFaults; expected one of Billing.Contracts.");
        await IsRefusedAsync("StartMonthClose", """{"perod":"2026-10"}""", "Body.perod is ", "Body.period is missing; expected a value");
        await IsRefusedAsync("StartMonthClose", """{"period":null}""", "Body.period is null; expected a value");
        await IsRefusedAsync("SetSeatRefresh", """{"maxRunning":"many"}""", "Body.maxRunning is ");
        await IsRefusedAsync("RecordUsage", """{"reference":"r","records":[{"usageId":"u","accountId":"a","startedAt":"2026-10-05T08:00:00Z","amount":1}]}""",
            "Body.records[0].amount is 1; expected one of ");
        Assert.Empty(await _house.ListAsync("api/scheduled-commands"));
    }

    async Task IsRefusedAsync(string command, string body, params string[] expected)
    {
        var answer = await _house.TellAsync(SetSeatRefreshAt(Nine) with { Command = command, Body = JsonNode.Parse(body)!.AsObject() });
        Assert.Equal("rejected", answer.Outcome);
        var faults = answer.Faults.Select(fault => $"{fault.Field} is {fault.Value}; expected {fault.Expected}").ToList();
        Assert.Equal(expected.Length, faults.Count);
        Assert.All(expected.Zip(faults), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_keep_what_is_confidential_sealed_until_it_is_published()
    {
        await _house.StartAsync(("Sealing:CurrentKey", "test"), ("Sealing:Keys:test", Convert.ToBase64String(new byte[32])));
        var command = SetSeatRefreshAt(Nine) with
        {
            Command = "RegisterAccount",
            Body = new JsonObject { ["accountId"] = "acme", ["name"] = "Acme", ["currency"] = "USD", ["email"] = "billing@acme.example" }
        };
        await _house.TellAsync(command);
        Assert.Equal("unchanged", (await _house.TellAsync(command)).Outcome);
        var stored = await _house.AskAsync(db => db.Commands.SingleAsync());
        Assert.Contains("\"email\":\"sealed:v1:", stored.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("billing@acme.example", stored.Body, StringComparison.Ordinal);
        _house.Clock.SetTo(Nine);
        Assert.StartsWith("sealed:v1:", (await _house.HearsAsync<RegisterAccount>()).Email, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_be_seen_by_the_test_clock()
    {
        await _house.StartAsync();
        await _house.TellAsync(SetSeatRefreshAt(DateTimeOffset.Parse("2026-10-15T04:00:00Z")));
        Assert.Equal(DateTimeOffset.Parse("2026-10-15T04:00:00Z"), (await _house.GetAsync("api/due")).GetProperty("nextDue").GetDateTimeOffset());
    }

    /// <summary>The worker of each process has looked again.</summary>
    async Task PassesAsync()
    {
        var marker = SetSeatRefreshAt(_house.Clock.GetUtcNow()) with { Command = "StartReconciliation", Body = [] };
        await _house.TellAsync(marker);
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Commands.AnyAsync(x => x.Id == marker.ScheduleId && x.State == ScheduledState.Published)),
            "a command that was scheduled later is published");
        await _house.AllFiredAsync();
    }

    async Task<(string, string?)> SaidAsync<T>(T command)
        where T : class => await _house.TellAsync(command) is var answer ? (answer.Outcome, answer.Because) : default;
}
