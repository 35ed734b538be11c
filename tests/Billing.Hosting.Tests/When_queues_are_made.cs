using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Tests;

public sealed class When_queues_are_made
{
    [Fact]
    public async Task Should_be_quorum_queues_of_the_service_with_a_place_for_what_nobody_can_handle()
    {
        await using var host = await HostUnderTest.StartAsync(
            x => x.AddConsumer<RegisterAccountConsumer>(), builder => builder.Services.AddSingleton<Journal>());

        var queue = JsonDocument.Parse(await host.Management.GetStringAsync($"api/queues/{host.VirtualHost}/sample-register-account")).RootElement;
        var arguments = queue.GetProperty("arguments");
        Assert.Equal("quorum", arguments.GetProperty("x-queue-type").GetString());
        Assert.Equal(100, arguments.GetProperty("x-delivery-limit").GetInt32());
        Assert.Equal("sample-dead-letters", arguments.GetProperty("x-dead-letter-exchange").GetString());

        var dead = await host.Management.GetStringAsync($"api/queues/{host.VirtualHost}/sample-dead-letters");
        Assert.Equal("quorum", JsonDocument.Parse(dead).RootElement.GetProperty("type").GetString());
    }
}
