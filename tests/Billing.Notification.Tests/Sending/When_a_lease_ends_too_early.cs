using Billing.Notification.Delivering;
using Billing.Notification.Tests.House;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Notification.Tests.Sending;

public sealed class When_a_lease_ends_too_early(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_leave_the_message_to_the_process_that_took_it_over()
    {
        var (late, other) = (Sample.Receipt(), Sample.Receipt());
        var outlet = new Overtaken(house, late.NotificationId);
        await house.StopServiceAsync();
        await house.StartServiceAsync(outlet.TakePlace);
        await house.TellAsync(late, other);

        await outlet.Overtook.WithinLimitAsync();

        // what the slow one says of it afterwards does not count: it would count twice
        Assert.Equal("Sent", (await house.EndsAsync(other.NotificationId)).GetProperty("state").GetString());
        await Eventually.HoldsAsync(() => house.CountAsync(), counts =>
            counts == new Counts("Email", 0, 0, 1, 0, 1, 0, 0), "one is sent, and one is with the other process");

        house.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal("Sent", (await house.EndsAsync(late.NotificationId)).GetProperty("state").GetString());
        Assert.Equal(new Counts("Email", 0, 0, 0, 0, 2, 0, 0), await house.CountAsync());
    }

    /// <summary>Another process takes the message while this one hands it over.</summary>
    sealed class Overtaken(NotificationHouse house, Guid id) : IOutlet
    {
        readonly TaskCompletionSource _overtook = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _times;

        public Task Overtook => _overtook.Task;

        public int InFlight => 1;

        public void TakePlace(WebApplicationBuilder builder) => builder.Services.AddKeyedSingleton<IOutlet>(Channel.Email, this);

        public async ValueTask<ProviderReply> SendAsync(ReadyMessage ready)
        {
            if (ready.Message.NotificationId == id && _times++ == 0)
            {
                await house.BreakInAsync($"""update "Notification" set "DueAt" = "DueAt" + interval '1 hour' where "NotificationId" = '{id}'""");
                _overtook.SetResult();
            }

            return ProviderReply.Accepted;
        }
    }
}
