using Billing.Contracts.Notification.V1;
using Billing.Notification.Delivering;
using Billing.Notification.Outlets;
using Billing.Notification.Settings;
using Billing.Notification.Tests.House;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Tests.Sending;

public sealed class When_a_process_stops_in_the_middle(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_end_what_is_under_way_and_give_back_the_rest_at_once()
    {
        SendEmails list = Sample.List(300);
        var slow = new StopsAtTheHundredth(house.MailFolder);
        await house.StopServiceAsync();
        await house.StartServiceAsync(slow.TakePlace);
        await house.TellAsync(list);
        await slow.Reached;
        await house.StopServiceAsync(meanwhile: slow.GoOn);
        Assert.Equal(100, house.Files.Count);

        // no lease has to end: the next process goes on at once
        await house.StartServiceAsync();
        Assert.Equal(new Counts("Email", 0, 0, 0, 0, 300, 0, 0), await house.CountsBecomeAsync(counts => counts.Sent >= 300, "all are sent"));
        Assert.Equal(300, house.Files.Count);
    }

    sealed class StopsAtTheHundredth(string folder) : IOutlet
    {
        readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly PickupFolder _folder = new(Options.Create(new MailOptions { PickupFolder = folder }));
        int _count;

        public Task Reached => _reached.Task.WithinLimitAsync();

        public int InFlight => 1;

        public void GoOn() => _goOn.TrySetResult();

        public void TakePlace(WebApplicationBuilder builder) => builder.Services.AddKeyedSingleton<IOutlet>(Channel.Email, this);

        public async ValueTask<ProviderReply> SendAsync(ReadyMessage ready)
        {
            if (++_count == 100)
            {
                _reached.TrySetResult();
                await _goOn.Task;
            }

            return await _folder.SendAsync(ready);
        }
    }
}
