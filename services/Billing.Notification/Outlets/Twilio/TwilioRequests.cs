using System.Net.Http.Headers;
using System.Text;
using Billing.Notification.Delivering;
using Billing.Notification.Settings;

namespace Billing.Notification.Outlets.Twilio;

/// <summary>Requests as they go over the wire; a test holds them byte for byte.</summary>
static class TwilioRequests
{
    public static HttpRequestMessage Send(ReadyMessage ready, TwilioOptions options)
    {
        var fields = new List<KeyValuePair<string, string>> { new("To", ready.Message.Recipient) };
        fields.Add(options.MessagingServiceSid is { Length: > 0 } service ? new("MessagingServiceSid", service) : new("From", options.From!));
        fields.Add(new("Body", ready.Letter.Text));
        if (options.CallbackOf(ready.Message.NotificationId) is { } callback)
            fields.Add(new("StatusCallback", callback.AbsoluteUri));
        return new HttpRequestMessage(HttpMethod.Post, $"2010-04-01/Accounts/{Uri.EscapeDataString(options.AccountSid!)}/Messages.json")
        {
            Content = new FormUrlEncodedContent(fields),
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.AccountSid}:{options.AuthToken}"))) }
        };
    }
}
