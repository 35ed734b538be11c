using System.Collections.Concurrent;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;
using Billing.Testing;

namespace Billing.Notification.Tests.Outlets.Twilio;

public sealed class When_an_SMS_gateway_is_set(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_bring_all_of_them_once_though_it_says_too_fast_and_refuse_only_whom_it_refuses()
    {
        var taken = new ConcurrentBag<string>();
        await using var gateway = new SmsGateway((request, count) =>
        {
            if (request.Fields["To"].EndsWith("00", StringComparison.Ordinal))
                return SmsGateway.Error(400, 21211, $"Invalid 'To' Phone Number: {request.Fields["To"]}");
            if (count % 3 == 0)
                return SmsGateway.Error(429, 20429, "Too Many Requests", "Retry-After: 7\r\n");
            taken.Add(request.Fields["To"]);
            return SmsGateway.Json(201, SmsGateway.Taken);
        });
        await house.StopServiceAsync();
        await house.StartServiceAsync(null, gateway.Settings);
        SendSms[] all = [.. Enumerable.Range(0, 61).Select(at => Sample.Sms() with { To = $"+49301234{at:00}", WorkspaceId = $"w{at % 5}" })];
        await house.TellAsync([.. all]);

        var waiting = await Eventually.HoldsAsync(async () => (await Task.WhenAll(all.Select(sms => house.FindAsync(sms.NotificationId))))
            .FirstOrDefault(found => found.ValueKind == System.Text.Json.JsonValueKind.Object && found.GetProperty("reason")
                .GetString() is { } reason && reason.Contains("20429", StringComparison.Ordinal)),
            found => found.ValueKind != System.Text.Json.JsonValueKind.Undefined, "one waits as long as the gateway asks");
        Assert.Equal(("20429: Too Many Requests", 1), (waiting.GetProperty("reason").GetString(), waiting.GetProperty("attempt").GetInt32()));
        await Eventually.HoldsAsync(async () =>
        {
            house.Clock.Advance(TimeSpan.FromSeconds(2));
            return await house.CountAsync("Sms");
        }, counts => counts is { Sent: 60, Failed: 1 }, "all are sent but one");
        Assert.Equal(all.Skip(1).Select(sms => sms.To).Order(), taken.Order());
        Assert.Equal("rejected by the provider: 21211: Invalid 'To' Phone Number: +49***00", (await house.FindAsync(all[0].NotificationId))
            .GetProperty("reason").GetString());
    }
}
