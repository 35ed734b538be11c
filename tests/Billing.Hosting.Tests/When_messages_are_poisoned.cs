using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.Faults.V1;
using Billing.Contracts.Scheduling.V1;
using Billing.Hosting.Bus;
using Billing.Hosting.Faults;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Tests;

/// <summary>What fails for good holds up nothing else, is a list of causes, and is obeyed once each when its cause is mended.</summary>
[TakesLong(40)]
public sealed class When_messages_are_poisoned : IAsyncLifetime
{
    const string Queue = "sample-register-account";
    const string Exchange = "Billing.Hosting.Tests:RegisterAccount";
    readonly Journal _journal = new();
    readonly Poison _poison = new();
    TestDatabase _database = null!;
    HostUnderTest _host = null!;

    public async Task InitializeAsync()
    {
        _database = await SampleService.CreateDatabaseAsync();
        _host = await HostUnderTest.StartAsync(x =>
        {
            x.AddEntityFrameworkOutbox<AccountDbContext>(outbox => outbox.UsePostgres());
            x.AddConsumer<PoisonedConsumer, OneTransaction<PoisonedConsumer, AccountDbContext>>().Endpoint(endpoint => endpoint.Name = Queue);
            x.AddConsumer<FaultListener>();
            x.AddConsumer<SampleFaultsConsumer>();
        }, builder =>
        {
            SampleService.Configure(builder, _journal);
            builder.Services.AddSingleton(_poison);
        }, new() { ["Database:ConnectionString"] = _database.ConnectionString });
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>50 of three causes among 5,000 good ones.</summary>
    [Fact]
    public async Task Should_finish_the_good_ones_list_the_causes_and_finish_the_others_once_each_after_the_fix()
    {
        var bus = _host.App.Services.GetRequiredService<IBus>();
        _poison.Reasons = i => i % 101 != 50 ? null : (i / 101 % 3) switch
        {
            0 => $"account A-{i} has no tax rate",
            1 => "the ledger is closed",
            _ => $"\"A-{i}\" is locked"
        };
        await Parallel.ForEachAsync(Enumerable.Range(0, 5050), async (i, stop) =>
            await bus.Publish(new RegisterAccount { AccountId = $"A-{i}", Currency = "USD", Seats = 1 + (i % 1000) }, stop));

        Assert.Equal(5000, await StoredAsync(5000));
        var causes = await Eventually.HoldsAsync(
            CausesAsync, seen => seen.Sum(cause => cause.GetProperty("count").GetInt32()) == 50, "all of them are set aside");
        Assert.Equal([16, 17, 17], causes.Select(cause => cause.GetProperty("count").GetInt32()).Order());
        Assert.All(causes, cause => Assert.Equal((Queue, "System.InvalidOperationException"),
            (cause.GetProperty("queue").GetString(), cause.GetProperty("exception").GetString())));
        Assert.All(causes, cause => Assert.True(cause.GetProperty("first").GetDateTimeOffset() <= cause.GetProperty("last").GetDateTimeOffset()));
        await _host.Broker.HoldsAsync($"{Queue}_error", 50);

        // each cause is told once, however many messages it has
        var told = await Eventually.HoldsAsync(() => Task.FromResult(_poison.Appeared.ToList()), seen => seen.Count >= 3, "the causes are told");
        Assert.Equal(causes.Select(cause => cause.GetProperty("cause").GetString()).Order(), told.Select(fault => fault.Cause).Order());
        Assert.All(told, fault => Assert.Equal(("sample", Queue, "System.InvalidOperationException"), (fault.Service, fault.Queue, fault.Exception)));
        await Eventually.HoldsAsync(() => Task.FromResult(GaugesOf.Read(_host.App.Services, "billing_faults").GetValueOrDefault($"queue={Queue}")),
            count => count == 50, "the gauge counts them");

        _poison.Reasons = _ => null;
        await PostAsync($"replay?cause={causes[0].GetProperty("cause").GetString()}");
        foreach (var cause in causes.Skip(1))
            await bus.Publish(new ReplayFaults { Cause = cause.GetProperty("cause").GetString()!, RequestedBy = "jane" });

        Assert.Equal(5050, await StoredAsync(5050));
        Assert.Empty(await CausesAsync());
        Assert.All(_poison.Obeyed, account => Assert.Equal(1, account.Value));
        Assert.Equal(5050, _poison.Obeyed.Count);
    }

    /// <summary>By plain JSON, as a person would.</summary>
    [Fact]
    public async Task Should_obey_a_person_on_the_bus_and_tell_a_cause_again_that_comes_back()
    {
        _poison.Reasons = _ => "always";
        await PoisonAsync("A-1");
        await Eventually.HoldsAsync(() => Task.FromResult(Appeared().Count), count => count == 1, "the cause is told");
        var cause = Appeared().Single().Cause;
        await PoisonAsync("A-2");
        await Eventually.HoldsAsync(CausesAsync, seen => seen is [var one] && one.GetProperty("count").GetInt32() == 2, "the second is set aside, too");

        Assert.Equal("rejected: Cause is mine; expected eight hexadecimal digits, as GET /api/faults shows a cause",
            await SaidAsync("DiscardFaults", """{"cause":"mine","reason":"a test"}"""));
        Assert.StartsWith("rejected: Reason is ; expected 1 to 1000 characters", await SaidAsync("DiscardFaults", $$"""{"cause":"{{cause}}","reason":" "}"""),
            StringComparison.Ordinal);
        Assert.Equal("accepted: fault discarded {\"count\":2}", await SaidAsync("DiscardFaults", $$"""{"cause":"{{cause}}","reason":"a test","requestedBy":"jane"}"""));
        Assert.Equal("unchanged: no message of this cause is set aside", await SaidAsync("ReplayFaults", $$"""{"cause":"{{cause}}"}"""));
        Assert.Single(Appeared());

        await PoisonAsync("A-3");
        await Eventually.HoldsAsync(() => Task.FromResult(Appeared().Count), count => count == 2, "it is new again");
        Assert.Equal(cause, Appeared()[1].Cause);

        // what is wrong with the commands of a person is set aside like anything else
        IReadOnlyList<FaultAppeared> Appeared() => [.. _poison.Appeared.Where(fault => fault.Queue == Queue)];
    }

    Task PoisonAsync(string account) => _host.PublishByHandAsync(Exchange, $$"""{"accountId":"{{account}}","currency":"USD","seats":1}""");

    /// <summary>Pastes a command, and reads what became of it.</summary>
    async Task<string> SaidAsync(string command, string body)
    {
        await _host.PublishByHandAsync($"Billing.Contracts.Scheduling.V1:{command}", body);
        while (true)
        {
            var taken = await Eventually.HoldsAsync(() => _host.Broker.TakeAsync("outcomes", 1), some => some.Count == 1, "it is answered");
            var answer = JsonDocument.Parse(taken[0].GetProperty("payload").GetString()!).RootElement;
            if (!answer.GetProperty("command").GetString()!.EndsWith($":{command}", StringComparison.Ordinal))
                continue;       // what became of a poisoned one
            var why = answer.GetProperty("faults").EnumerateArray().Select(fault =>
                    $"{fault.GetProperty("field")} is {fault.GetProperty("value").ToString().Trim()}; expected {fault.GetProperty("expected")}")
                .Concat(answer.GetProperty("changes").EnumerateArray().Select(change =>
                    $"{change.GetProperty("subject")} {change.GetProperty("what")} {change.GetProperty("after")}"))
                .FirstOrDefault() ?? answer.GetProperty("because").ToString();
            return $"{answer.GetProperty("outcome")}: {why}";
        }
    }

    [Fact]
    public async Task Should_replay_and_discard_those_of_a_cause_alone()
    {
        _poison.Reasons = i => i < 3 ? "one" : i < 5 ? "two" : null;
        for (var i = 0; i < 5; i++)
            await _host.PublishByHandAsync(Exchange, $$"""{"accountId":"A-{{i}}","currency":"USD","seats":1}""");
        var causes = await Eventually.HoldsAsync(CausesAsync, seen => seen.Sum(cause => cause.GetProperty("count").GetInt32()) == 5, "all are set aside");
        var (one, two) = (CauseOf(causes, "one"), CauseOf(causes, "two"));
        var shown = await GetAsync($"api/faults/messages?cause={two}");
        Assert.Equal(["A-3", "A-4"], shown.EnumerateArray().Select(fault => JsonDocument.Parse(fault.GetProperty("body").GetString()!).RootElement
            .GetProperty("accountId").GetString()).Order());

        Assert.Equal(2, (await PostAsync($"discard?cause={two}&why=test")).GetProperty("discarded").GetInt32());
        _poison.Reasons = _ => null;
        Assert.Equal(3, (await PostAsync($"replay?cause={one}")).GetProperty("replayed").GetInt32());

        Assert.Equal(3, await StoredAsync(3));
        Assert.Empty(await CausesAsync());
        Assert.Equal(0, (await PostAsync($"replay?cause={one}")).GetProperty("replayed").GetInt32());
    }

    /// <summary>The broker puts a message away that it has given out a hundred times, and each look is one.</summary>
    [Fact]
    public async Task Should_keep_a_message_however_often_it_is_looked_at()
    {
        _poison.Reasons = _ => "always";
        await _host.PublishByHandAsync(Exchange, """{"accountId":"A-1","currency":"USD","seats":1}""");
        await Eventually.HoldsAsync(CausesAsync, seen => seen.Count == 1, "it is set aside");

        for (var look = 0; look < 220; look++)
            await GetAsync("api/faults");

        Assert.Equal("always", Assert.Single(await CausesAsync()).GetProperty("reason").GetString());
    }

    async Task<int> StoredAsync(int expected)
    {
        await using var db = SampleService.Open(_database);
        await Eventually.HoldsAsync(async () => await db.Accounts.CountAsync() >= expected, $"{expected} are stored");
        return await db.Accounts.CountAsync();
    }

    async Task<IReadOnlyList<JsonElement>> CausesAsync() => [.. (await GetAsync("api/faults")).EnumerateArray()];

    static string CauseOf(IEnumerable<JsonElement> causes, string reason) =>
        causes.Single(cause => cause.GetProperty("reason").GetString() == reason).GetProperty("cause").GetString()!;

    Task<JsonElement> GetAsync(string path) => _host.Http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative));

    async Task<JsonElement> PostAsync(string path)
    {
        using var answer = await _host.Http.PostAsync(new Uri($"api/faults/{path}", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}

/// <summary>Why the account of a number cannot be registered; null when it can.</summary>
public sealed class Poison
{
    public Func<int, string?> Reasons { get; set; } = _ => null;

    public ConcurrentDictionary<string, int> Obeyed { get; } = [];

    public ConcurrentQueue<FaultAppeared> Appeared { get; } = [];
}

public sealed class FaultListener(Poison poison) : IConsumer<FaultAppeared>
{
    public Task Consume(ConsumeContext<FaultAppeared> context)
    {
        poison.Appeared.Enqueue(context.Message);
        return Task.CompletedTask;
    }
}

/// <summary>As each service has them.</summary>
public sealed class SampleFaultsConsumer(FaultActs faults) : IConsumer<ReplayFaults>, IConsumer<DiscardFaults>
{
    public Task Consume(ConsumeContext<ReplayFaults> context) => faults.ReplayAsync(context, context.Message.Cause, context.Message.RequestedBy);

    public Task Consume(ConsumeContext<DiscardFaults> context) =>
        faults.DiscardAsync(context, context.Message.Cause, context.Message.Reason, context.Message.RequestedBy);
}

/// <summary>Its queue takes two types: plain JSON that is put back has to be known for what it is.</summary>
public sealed class PoisonedConsumer(AccountDbContext db, Poison poison) : IConsumer<RegisterAccount>, IConsumer<WelcomeAccount>
{
    public Task Consume(ConsumeContext<WelcomeAccount> context) => Task.CompletedTask;


    public async Task Consume(ConsumeContext<RegisterAccount> context)
    {
        var id = context.Message.AccountId;
        if (poison.Reasons(int.Parse(id[2..], System.Globalization.CultureInfo.InvariantCulture)) is { } reason)
            throw new InvalidOperationException(reason);
        db.Add(new Account { Id = id });
        await db.SaveChangesAsync(context.CancellationToken);
        poison.Obeyed.AddOrUpdate(id, 1, (_, times) => times + 1);
    }
}
