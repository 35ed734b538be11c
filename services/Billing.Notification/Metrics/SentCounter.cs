using System.Diagnostics.Metrics;
using Billing.Notification.Delivering;
using Billing.Notification.Messages;

namespace Billing.Notification.Metrics;

/// <summary>What <c>/metrics</c> shows of this process since it began.</summary>
sealed class SentCounter : IDisposable
{
    readonly Meter _meter = new("Billing.Notification");
    readonly Counter<long> _sent;
    readonly Counter<long> _segments;

    public SentCounter()
    {
        _sent = _meter.CreateCounter<long>("billing.notification.sent", description: "Messages that were sent, failed, or wait for another attempt");
        _segments = _meter.CreateCounter<long>("billing.notification.sms_segments",
            description: "Billed segments of the SMS that the provider took, by country");
    }

    public void Add(Channel channel, MessageState state, long count) =>
        _sent.Add(count, new KeyValuePair<string, object?>("channel", NameOf(channel)), new KeyValuePair<string, object?>("outcome", NameOf(state)));

    /// <summary>The provider took the message. An SMS is billed by its segments and the recipient's country.</summary>
    public void Accepted(ReadyMessage ready)
    {
        if (ready.Message.Channel == Channel.Sms)
            _segments.Add(SmsSegments.Of(ready.Content.Text), new KeyValuePair<string, object?>("country", RecipientNumber.CountryOf(ready.Message.Recipient)));
    }

    public void Dispose() => _meter.Dispose();

    static string NameOf(Channel channel) => channel == Channel.Email ? "email" : "sms";

    static string NameOf(MessageState state) => state switch
    {
        MessageState.Sent => "sent",
        MessageState.Failed => "failed",
        _ => "retry"
    };
}
