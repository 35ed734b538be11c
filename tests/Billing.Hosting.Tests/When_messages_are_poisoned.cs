using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Hosting.Bus;
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
        Assert.Equal(50u, await _host.Broker.WaitingInAsync($"{Queue}_error"));

        _poison.Reasons = _ => null;
        foreach (var cause in causes)
            await PostAsync($"replay?cause={cause.GetProperty("cause").GetString()}");

        Assert.Equal(5050, await StoredAsync(5050));
        Assert.Empty(await CausesAsync());
        Assert.All(_poison.Obeyed, account => Assert.Equal(1, account.Value));
        Assert.Equal(5050, _poison.Obeyed.Count);
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
