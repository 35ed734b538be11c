using Billing.Notification.Delivering;
using Billing.Notification.Outlets;
using Billing.Notification.Settings;
using Billing.Notification.Tests.House;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Tests.Sending;

public sealed class When_a_process_dies_after_sending(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_leave_one_file_and_send_again_when_the_lease_ends()
    {
        var email = Sample.Receipt();
        var fault = new DiesAfterSending(house.MailFolder);
        await house.StopServiceAsync();
        await house.StartServiceAsync(fault.TakePlace);
        await house.TellAsync(email);
        await fault.Died;
        Assert.Equal("Sending", (await house.FindAsync(email.NotificationId)).GetProperty("state").GetString());
        Assert.Equal([$"{email.NotificationId}.eml"], house.Files);
        var before = house.Read($"{email.NotificationId}.eml");

        await house.StopServiceAsync();
        await house.StartServiceAsync();
        house.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("Sent", (await house.EndsAsync(email.NotificationId)).GetProperty("state").GetString());
        Assert.Equal([$"{email.NotificationId}.eml"], house.Files);
        Assert.Equal(before, house.Read($"{email.NotificationId}.eml"));
        Assert.Equal(1, (await house.CountAsync()).Sent);
    }

    /// <summary>What a process leaves behind that is killed after the hand-over: a message sent, and nothing written down.</summary>
    sealed class DiesAfterSending(string folder) : IOutlet
    {
        readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly PickupFolder _folder = new(Options.Create(new MailOptions { PickupFolder = folder }));

        public Task Died => _died.Task.WithinLimitAsync();

        public int InFlight => 1;

        public void TakePlace(WebApplicationBuilder builder) => builder.Services.AddKeyedSingleton<IOutlet>(Channel.Email, this);

        public async ValueTask<ProviderReply> SendAsync(ReadyMessage ready)
        {
            await _folder.SendAsync(ready);
            _died.TrySetResult();
            throw new InvalidOperationException("killed between sending and recording");
        }
    }
}
