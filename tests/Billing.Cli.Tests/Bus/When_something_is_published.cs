using System.Net.Http.Json;
using System.Text.Json;
using Billing.Cli.Bus;
using Billing.Contracts.MonthClose.V1;
using Billing.Testing;
using MassTransit;

namespace Billing.Cli.Tests.Bus;

public sealed class When_something_is_published
{
    [Fact]
    public async Task Should_reach_whoever_listens()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        var heard = new TaskCompletionSource<StartMonthClose>();
        var service = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(TestVirtualHost.Host, TestVirtualHost.Port, host.Name, h =>
            {
                h.Username(TestVirtualHost.Username);
                h.Password(TestVirtualHost.Password);
            });
            rabbit.ReceiveEndpoint("listener", endpoint => endpoint.Handler<StartMonthClose>(context =>
            {
                heard.TrySetResult(context.Message);
                return Task.CompletedTask;
            }));
        });
        await service.StartAsync();
        try
        {
            await using var bus = await BillingBus.ConnectAsync(AddressOf(host), CancellationToken.None);
            await bus.PublishAsync(new StartMonthClose { Period = "2026-10", RequestedBy = "a person" }, CancellationToken.None);
            Assert.Equal("a person", (await heard.Task.WithinLimitAsync()).RequestedBy);
        }
        finally
        {
            await service.StopAsync();
        }
    }

    [Fact]
    public async Task Should_refuse_when_nobody_listens()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        await using var bus = await BillingBus.ConnectAsync(AddressOf(host), CancellationToken.None);
        var refused = await Assert.ThrowsAsync<CliException>(() => bus.PublishAsync(new StartMonthClose { Period = "2026-10" }, CancellationToken.None));
        Assert.Contains("No service listens for StartMonthClose", refused.Message);
    }

    [Fact]
    public async Task Should_go_to_another_node_when_the_first_is_away()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        await BindQueueAsync(host, typeof(StartMonthClose));
        var there = AddressOf(host);
        var away = new UriBuilder(there) { Port = 1, Query = $"nodes={there.Host}:{there.Port}" }.Uri;

        await using var bus = await BillingBus.ConnectAsync(away, CancellationToken.None);
        await bus.PublishAsync(new StartMonthClose { Period = "2026-10" }, CancellationToken.None);
        await Eventually.HoldsAsync(async () => await QueueLengthAsync(host) == 1, "the command is in the queue");
    }

    [Fact]
    public async Task Should_publish_many_at_once()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        await BindQueueAsync(host, typeof(RegisterAccount));
        await using var bus = await BillingBus.ConnectAsync(AddressOf(host), CancellationToken.None);
        var published = 0;
        await bus.PublishAllAsync(
            Enumerable.Range(0, 2_000).Select(i => new RegisterAccount { AccountId = $"a-{i}", Name = "A", Currency = "USD" }),
            _ => Interlocked.Increment(ref published), CancellationToken.None);
        Assert.Equal(2_000, published);
        await Eventually.HoldsAsync(async () => await QueueLengthAsync(host) == 2_000, "2,000 messages are in the queue");
    }

    [Fact]
    public async Task Should_say_so_when_the_broker_is_away()
    {
        var refused = await Assert.ThrowsAsync<CliException>(() => BillingBus.ConnectAsync(new Uri("amqp://guest:guest@127.0.0.1:1"), CancellationToken.None));
        Assert.Contains("The broker at 127.0.0.1:1 does not answer", refused.Message);
    }

    static Uri AddressOf(TestVirtualHost host) => new($"{TestServers.RabbitMq.AbsoluteUri.TrimEnd('/')}/{host.Name}");

    static async Task BindQueueAsync(TestVirtualHost host, Type message)
    {
        var exchange = $"{message.Namespace}:{message.Name}";
        foreach (var (path, body) in new (string, object)[]
        {
            ($"api/exchanges/{host.Name}/{exchange}", new { type = "fanout", durable = true }),
            ($"api/queues/{host.Name}/waiting", new { durable = true })
        })
            using (var made = await host.Management.PutAsJsonAsync(path, body))
                made.EnsureSuccessStatusCode();
        using var bound = await host.Management.PostAsJsonAsync($"api/bindings/{host.Name}/e/{exchange}/q/waiting", new { });
        bound.EnsureSuccessStatusCode();
    }

    static async Task<int> QueueLengthAsync(TestVirtualHost host)
    {
        var queue = await host.Management.GetFromJsonAsync<JsonElement>($"api/queues/{host.Name}/waiting");
        return queue.TryGetProperty("messages", out var count) ? count.GetInt32() : -1;
    }
}
