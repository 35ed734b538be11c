using System.Diagnostics.Metrics;
using Billing.Notification.Messages;

namespace Billing.Notification.Metrics;

/// <summary><c>billing_notification_sent_total</c> in <c>/metrics</c>, by channel and outcome, since this process began.</summary>
sealed class SentCounter : IDisposable
{
    readonly Meter _meter = new("Billing.Notification");
    readonly Counter<long> _sent;

    public SentCounter() => _sent = _meter.CreateCounter<long>("billing.notification.sent", description: "Messages that were sent, failed, or wait for another attempt");

    public void Add(Channel channel, MessageState state, long count) =>
        _sent.Add(count, new KeyValuePair<string, object?>("channel", NameOf(channel)), new KeyValuePair<string, object?>("outcome", NameOf(state)));

    public void Dispose() => _meter.Dispose();

    static string NameOf(Channel channel) => channel == Channel.Email ? "email" : "sms";

    static string NameOf(MessageState state) => state switch
    {
        MessageState.Sent => "sent",
        MessageState.Failed => "failed",
        _ => "retry"
    };
}
