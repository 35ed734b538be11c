using System.Text.RegularExpressions;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;

namespace Billing.Notification.Tests.Outlets.Twilio;

/// <summary>Byte for byte as it goes over the wire.</summary>
public sealed class When_a_request_is_written(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_ask_for_a_message_in_these_words()
    {
        await using var gateway = new SmsGateway();
        await house.StopServiceAsync();
        await house.StartServiceAsync(null, gateway.Settings);
        await SendAsync(new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"), "Grüße & bis bald: 50 % von 2 €?");
        const string Expected = """
            POST /2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json HTTP/1.1
            Host: HOST
            Authorization: Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMToxMjM0NQ==
            Accept: application/json
            Accept-Encoding: utf-8
            User-Agent: twilio-csharp
            Content-Type: application/x-www-form-urlencoded
            Content-Length: 207


            """;
        const string Form = "To=%2B4930123456"
            + "&StatusCallback=https%3A%2F%2Fbilling.example.com%2Fwebhooks%2Ftwilio%2F0f8fad5b-d9cb-469f-a165-70867728950e"
            + "&From=%2B15005550006&Body=Gr%C3%BC%C3%9Fe+%26+bis+bald%3A+50+%25+von+2+%E2%82%AC%3F";
        // the library's version, the machine on which it runs, and the trace are left out
        var raw = Regex.Replace(Assert.Single(gateway.Requests).Raw, "(?<=User-Agent: twilio-csharp)/[^\n]*|(?<=\n)traceparent: 00-[0-9a-f-]+\n", "");
        Assert.Equal(Expected.ReplaceLineEndings("\n") + Form, raw);
    }

    [Fact]
    public async Task Should_leave_the_number_to_a_messaging_service_and_ask_for_no_reports_without_an_address()
    {
        await using var gateway = new SmsGateway();
        await house.StopServiceAsync();
        await house.StartServiceAsync(null, [.. gateway.Settings.Where(setting => setting.Key is not ("Twilio:From" or "Twilio:PublicAddress")),
            ("Twilio:From", ""), ("Twilio:MessagingServiceSid", "MG1"), ("Twilio:PublicAddress", "")]);
        await SendAsync(Guid.NewGuid(), "Hi");
        Assert.EndsWith("\n\nTo=%2B4930123456&MessagingServiceSid=MG1&Body=Hi", Assert.Single(gateway.Requests).Raw, StringComparison.Ordinal);
    }

    async Task SendAsync(Guid id, string text)
    {
        await house.TellAsync(new SendSms { NotificationId = id, WorkspaceId = "acme", To = "+4930123456", Text = text });
        Assert.Equal("Sent", (await house.EndsAsync(id)).GetProperty("state").GetString());
    }
}
