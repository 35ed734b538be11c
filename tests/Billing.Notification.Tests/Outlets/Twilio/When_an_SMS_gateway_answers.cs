using System.Net;
using System.Text;
using Billing.Notification.Delivering;
using Billing.Notification.Outlets.Twilio;

namespace Billing.Notification.Tests.Outlets.Twilio;

public sealed class When_an_SMS_gateway_answers
{
    [Theory]
    [InlineData(201, """{"sid":"SM1","status":"queued"}""", ProviderAnswer.Accepted, null)]
    [InlineData(201, """{"sid":"SM1","status":"failed","error_code":30006,"error_message":"Landline or unreachable carrier"}""",
        ProviderAnswer.Rejected, "30006: Landline or unreachable carrier")]
    // the recipient or the text
    [InlineData(400, """{"code":21211,"message":"Invalid 'To' Phone Number: +4930123456","status":400}""",
        ProviderAnswer.Rejected, "21211: Invalid 'To' Phone Number: +49***56")]
    [InlineData(400, """{"code":21610,"message":"Attempt to send to unsubscribed recipient","status":400}""",
        ProviderAnswer.Rejected, "21610: Attempt to send to unsubscribed recipient")]
    [InlineData(400, """{"code":99999,"message":"a code that is not there yet","status":400}""",
        ProviderAnswer.Rejected, "99999: a code that is not there yet")]
    // us
    [InlineData(401, """{"code":20003,"message":"Authenticate","status":401}""", ProviderAnswer.Unavailable, "20003: Authenticate")]
    [InlineData(404, """{"code":20404,"message":"The requested resource was not found","status":404}""",
        ProviderAnswer.Unavailable, "20404: The requested resource was not found")]
    [InlineData(400, """{"code":21606,"message":"The From phone number is not a valid number","status":400}""",
        ProviderAnswer.Unavailable, "21606: The From phone number is not a valid number")]
    // our haste
    [InlineData(429, """{"code":20429,"message":"Too Many Requests","status":429}""", ProviderAnswer.TooFast, "20429: Too Many Requests")]
    [InlineData(429, "", ProviderAnswer.TooFast, "answered 429")]
    [InlineData(400, """{"code":21611,"message":"This 'From' number has exceeded the maximum number of queued messages","status":400}""",
        ProviderAnswer.TooFast, "21611: This 'From' number has exceeded the maximum number of queued messages")]
    // in doubt, or away
    [InlineData(500, """{"code":20500,"message":"Internal Server Error","status":500}""", ProviderAnswer.Lost, "20500: Internal Server Error")]
    [InlineData(502, "<html>", ProviderAnswer.Lost, "answered 502")]
    [InlineData(503, "", ProviderAnswer.Unavailable, "answered 503"), InlineData(302, "", ProviderAnswer.Unavailable, "answered 302")]
    [InlineData(400, "<html>", ProviderAnswer.Unavailable, "answered 400")]
    public void Should_tell_whose_fault_it_is(int status, string body, object answer, string? words) =>
        Assert.Equal(new ProviderReply((ProviderAnswer)answer, words), TwilioAnswers.Of((HttpStatusCode)status, Encoding.UTF8.GetBytes(body), null));

    [Theory]
    [InlineData(30, 30), InlineData(-5, 0), InlineData(86_400, 3600)]
    public void Should_wait_as_long_as_it_asks_within_reason(int asked, int waits) =>
        Assert.Equal(TimeSpan.FromSeconds(waits), TwilioAnswers.Of(HttpStatusCode.TooManyRequests, [], TimeSpan.FromSeconds(asked)).RetryAfter);
}
