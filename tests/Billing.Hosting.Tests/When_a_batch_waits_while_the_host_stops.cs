using Billing.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Tests;

/// <summary>A batch that is cancelled tells each of its messages so by another exception than a single message gets.</summary>
public sealed class When_a_batch_waits_while_the_host_stops : IAsyncLifetime
{
    const string Queue = "sample-register-accounts-together";
    readonly Journal _journal = new();
    HostUnderTest _host = null!;

    public async Task InitializeAsync() => _host = await HostUnderTest.StartAsync(
        x => x.AddConsumer<RegisterAccountsTogetherConsumer, Together>(), builder => builder.Services.AddSingleton(_journal));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Should_give_all_its_messages_back()
    {
        for (var i = 0; i < 1000; i++)
            _journal.ToThrow.Enqueue(Faults.DatabaseIsGone());
        var bus = _host.App.Services.GetRequiredService<IBus>();
        await Task.WhenAll(Enumerable.Range(1, 3).Select(i => bus.Publish(new RegisterAccount { AccountId = $"A-{i}", Currency = "USD", Seats = 1 })));
        await Eventually.HoldsAsync(() => Task.FromResult(_journal.Attempts >= 2), "it was tried");

        await _host.StopAsync();

        await Eventually.HoldsAsync(async () => await _host.MessagesInQueueAsync(Queue) == 3, "they are back in their queue");
        Assert.Equal(0, await _host.MessagesInQueueAsync($"{Queue}_error"));
        Assert.Empty(_journal.Handled);
    }

    sealed class RegisterAccountsTogetherConsumer(Journal journal) : IConsumer<Batch<RegisterAccount>>
    {
        public Task Consume(ConsumeContext<Batch<RegisterAccount>> context)
        {
            journal.Attempted();
            return journal.ToThrow.TryDequeue(out var exception) ? Task.FromException(exception) : Task.CompletedTask;
        }
    }

    sealed class Together : ConsumerDefinition<RegisterAccountsTogetherConsumer>
    {
        protected override void ConfigureConsumer(
            IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<RegisterAccountsTogetherConsumer> consumer, IRegistrationContext context) =>
            consumer.Options<BatchOptions>(batch => batch.SetMessageLimit(10).SetTimeLimit(TimeSpan.FromMilliseconds(50)));
    }
}
