using Billing.Contracts.Notification.V1;
using Billing.Notification.Delivering;
using Billing.Notification.Tests.House;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Notification.Tests.Commands;

public sealed class When_what_failed_is_replayed(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_send_again_what_failed_and_nothing_else()
    {
        var outlet = new Refusing();
        await house.StopServiceAsync();
        await house.StartServiceAsync(outlet.TakePlace);
        var (failed, sent, refused) = (Sample.Receipt(to: "gone@example.com"), Sample.Receipt(), Sample.Receipt(to: "nobody"));
        await house.TellAsync(new SendEmails { Emails = [failed, sent, refused] });
        Assert.Equal("rejected by the provider: no such mailbox", (await house.EndsAsync(failed.NotificationId)).GetProperty("reason").GetString());
        await house.EndsAsync(sent.NotificationId);

        outlet.IsOpen = true;
        await house.TellAsync(new ReplayNotifications
        {
            NotificationIds = [failed.NotificationId, sent.NotificationId, refused.NotificationId],
            RequestedBy = "a test"
        });
        await house.HeardAllAsync();
        var counts = await house.CountsBecomeAsync(counts => counts.Sent == 2, "both are sent");
        Assert.Equal(1, counts.Failed);     // refused as it came in: it would be refused again
        Assert.Equal([failed.NotificationId, failed.NotificationId, sent.NotificationId], outlet.Asked.Order().OrderBy(id => id == sent.NotificationId));
    }

    sealed class Refusing : IOutlet
    {
        public bool IsOpen { get; set; }
        public List<Guid> Asked { get; } = [];
        public int InFlight => 1;

        public void TakePlace(WebApplicationBuilder builder) => builder.Services.AddKeyedSingleton<IOutlet>(Channel.Email, this);

        public ValueTask<ProviderReply> SendAsync(ReadyMessage ready)
        {
            Asked.Add(ready.Message.NotificationId);
            return ValueTask.FromResult(!IsOpen && ready.Message.Recipient.StartsWith("gone", StringComparison.Ordinal)
                ? new ProviderReply(ProviderAnswer.Rejected, "no such mailbox") : ProviderReply.Accepted);
        }
    }
}
