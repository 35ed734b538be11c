using System.Net;
using System.Security.Cryptography;
using System.Text;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Outlets.Twilio;
using Billing.Notification.Tests.House;
using Billing.Testing;
using Microsoft.Extensions.Primitives;

namespace Billing.Notification.Tests.Outlets.Twilio;

public sealed class When_Twilio_reports(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    /// <summary>The examples of Twilio's documentation and of its libraries.</summary>
    [Theory]
    [InlineData("RSOYDt4T1cUTdK1PDd93/VVr8B8=", "+14158675309", "+14158675309"), InlineData("0/KCTR6DLpKmkAf8muzZqo1nDgQ=", "+12349013030", "+12349013030")]
    public void Should_check_signatures_as_Twilio_makes_them(string signature, string caller, string from)
    {
        Dictionary<string, StringValues> fields = new()
        {
            ["CallSid"] = "CA1234567890ABCDE",
            ["Caller"] = caller,
            ["Digits"] = "1234",
            ["From"] = from,
            ["To"] = "+18005551212"
        };
        var address = new Uri("https://mycompany.com/myapp.php?foo=1&bar=2");
        Assert.True(TwilioSignature.IsGood(signature, address, fields, ["another", "12345"]));
        Assert.False(TwilioSignature.IsGood(signature, address, fields, ["another", null, ""]));
        Assert.False(TwilioSignature.IsGood(null, address, fields, ["12345"]));
        fields["Digits"] = "1235";
        Assert.False(TwilioSignature.IsGood(signature, address, fields, ["12345"]));
    }

    [Fact]
    public async Task Should_only_move_forward()
    {
        await using var gateway = new SmsGateway();
        var id = await SentAsync(gateway);
        foreach (var (status, stage) in ((string, string)[])[("sent", "Sent"), ("queued", "Sent"), ("undelivered", "Undelivered"), ("sending", "Undelivered"),
            ("delivered", "Delivered"), ("failed", "Delivered"), ("something-new", "Delivered")])
        {
            Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(id, status));
            Assert.Equal(stage, (await house.FindAsync(id)).GetProperty("delivery").GetProperty("stage").GetString());
        }

        Assert.Equal("Sent", (await house.FindAsync(id)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Should_show_why_it_did_not_arrive()
    {
        await using var gateway = new SmsGateway();
        var id = await SentAsync(gateway);
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(id, "undelivered", ("ErrorCode", "30003"), ("ErrorMessage", "+4930123456 is unreachable")));
        var delivery = (await house.FindAsync(id)).GetProperty("delivery");
        Assert.Equal(("SM1", "30003: +49***56 is unreachable"), (delivery.GetProperty("reference").GetString(), delivery.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Should_take_no_report_that_is_not_signed_or_not_of_ours()
    {
        await using var gateway = new SmsGateway();
        var id = await SentAsync(gateway);
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(id, "x", ("MessageStatus", "delivered")));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(id, Sign(Guid.NewGuid(), ("MessageStatus", "delivered")), ("MessageStatus", "delivered")));
        Assert.Equal(HttpStatusCode.NotFound, await ReportAsync(Guid.NewGuid(), "delivered"));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await house.FindAsync(id)).GetProperty("delivery").ValueKind);
    }

    [Fact]
    public async Task Should_not_send_again_what_it_has_though_its_answer_was_lost()
    {
        await using var gateway = new SmsGateway((_, _) => null);
        var sms = await StartedAsync(gateway);
        var waits = await Eventually.HoldsAsync(() => house.FindAsync(sms.NotificationId), found =>
            found.ValueKind != System.Text.Json.JsonValueKind.Undefined && found.GetProperty("attempt").GetInt32() == 2, "it waits for a second attempt");
        Assert.Equal("Deferred", waits.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(sms.NotificationId, "sent"));
        house.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Sent", (await house.EndsAsync(sms.NotificationId)).GetProperty("state").GetString());
        Assert.Single(gateway.Requests);
    }

    [Fact]
    public async Task Should_send_again_what_nobody_reports_on()
    {
        await using var gateway = new SmsGateway((_, count) => count == 1 ? "" : SmsGateway.Json(201, SmsGateway.Taken));      // the first is never answered
        var sms = await StartedAsync(gateway);
        await Eventually.HoldsAsync(() => house.FindAsync(sms.NotificationId), found =>
            found.ValueKind != System.Text.Json.JsonValueKind.Undefined && found.GetProperty("attempt").GetInt32() == 2, "it waits for a second attempt");
        house.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Sent", (await house.EndsAsync(sms.NotificationId)).GetProperty("state").GetString());
        Assert.Equal(2, gateway.Requests.Count);
    }

    async Task<SendSms> StartedAsync(SmsGateway gateway)
    {
        await house.StopServiceAsync();
        await house.StartServiceAsync(null, gateway.Settings);
        var sms = Sample.Sms();
        await house.TellAsync(sms);
        return sms;
    }

    async Task<Guid> SentAsync(SmsGateway gateway)
    {
        var sms = await StartedAsync(gateway);
        Assert.Equal("Sent", (await house.EndsAsync(sms.NotificationId)).GetProperty("state").GetString());
        return sms.NotificationId;
    }

    Task<HttpStatusCode> ReportAsync(Guid id, string status, params (string Name, string Value)[] more)
    {
        (string, string)[] fields = [("MessageSid", "SM1"), ("MessageStatus", status), ("To", "+4930123456"), .. more];
        return PostAsync(id, Sign(id, fields), fields);
    }

    async Task<HttpStatusCode> PostAsync(Guid id, string signature, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post,
            $"webhooks/twilio/{id}")
        { Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) };
        request.Headers.Add("X-Twilio-Signature", signature);
        using var answer = await house.Http.SendAsync(request);
        return answer.StatusCode;
    }

#pragma warning disable CA5350 // Twilio's scheme
    static string Sign(Guid id, params (string Name, string Value)[] fields)
    {
        var form = string.Concat(fields.OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => field.Name + field.Value));
        return Convert.ToBase64String(HMACSHA1.HashData("12345"u8, Encoding.UTF8.GetBytes($"https://billing.example.com/webhooks/twilio/{id}{form}")));
    }
#pragma warning restore CA5350
}
