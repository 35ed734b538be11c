using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Delivering;
using Billing.Notification.Tests.House;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Notification.Tests.Limiting;

public sealed class When_a_channel_is_told_to_wait(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_leave_the_provider_alone_and_fall_and_say_why()
    {
        var outlet = new Busy();
        await house.StopServiceAsync();
        await house.StartServiceAsync(outlet.TakePlace, ("Sending:Email:Kind", "Window"), ("Sending:Email:PerSecond", "100"));
        var first = Sample.Receipt();
        await house.TellAsync(first);
        var limit = await Eventually.HoldsAsync(LimitAsync, limit => limit.GetProperty("lowered").ValueKind == JsonValueKind.Number, "the limit has fallen");
        Assert.Equal(50, limit.GetProperty("lowered").GetInt32());
        Assert.Equal("1 refused with 429", limit.GetProperty("changes")[0].GetProperty("cause").GetString());
        Assert.InRange(limit.GetProperty("heldUntil").GetDateTimeOffset() - house.Clock.GetUtcNow(), TimeSpan.FromSeconds(200), TimeSpan.FromSeconds(240));

        // nobody else is sent either, for the provider said so of us and not of the message
        var second = Sample.Receipt();
        await house.TellAsync(second);
        await house.HeardAllAsync();
        await Eventually.HoldsAsync(LimitAsync, limit => limit.GetProperty("processes").GetArrayLength() == 0, "no permits are held");
        Assert.Equal(1, outlet.Asked);
        Assert.NotEqual("Sent", (await house.FindAsync(second.NotificationId)).GetProperty("state").GetString());

        house.Clock.Advance(TimeSpan.FromMinutes(4.1));
        Assert.Equal("Sent", (await house.EndsAsync(first.NotificationId)).GetProperty("state").GetString());
        Assert.Equal("Sent", (await house.EndsAsync(second.NotificationId)).GetProperty("state").GetString());
    }

    async Task<JsonElement> LimitAsync() =>
        (await house.Http.GetFromJsonAsync<JsonElement[]>(new Uri("api/limits", UriKind.Relative)))!.Single(limit =>
            limit.GetProperty("channel").GetString() == "Email");

    sealed class Busy : IOutlet
    {
        public int Asked { get; private set; }
        public int InFlight => 1;

        public void TakePlace(WebApplicationBuilder builder) => builder.Services.AddKeyedSingleton<IOutlet>(Channel.Email, this);

        public ValueTask<ProviderReply> SendAsync(ReadyMessage ready) =>
            ValueTask.FromResult(++Asked == 1 ? new ProviderReply(ProviderAnswer.TooFast, "slow down", TimeSpan.FromMinutes(4)) : ProviderReply.Accepted);
    }
}
