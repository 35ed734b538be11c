using System.Diagnostics;
using Billing.Notification.Delivering;
using Billing.Notification.Limiting;
using Billing.Notification.Messages;
using Billing.Notification.Metrics;
using Billing.Notification.Settings;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Sending;

/// <summary>Hands one message to the provider, and decides by the answer what becomes of it.</summary>
sealed class Handover(IOutlet outlet, ProviderFeedback feedback, SendPermits permits, SentCounter counter, IOptions<SendingOptions> options, TimeProvider clock)
{
    public async Task SendAsync(ClaimedMessage claimed, ReadyMessage ready, SendPermit permit)
    {
        using var activity = claimed.Message.Follow("send", ActivityKind.Client);
        var startedAt = clock.GetTimestamp();
        var reply = await outlet.SendAsync(ready);
        var took = clock.GetElapsedTime(startedAt);
        activity?.SetTag("billing.answer", reply.Answer.ToString());
        // A message whose answer was lost may still be under way: its permit is left to rest for longer.
        if (reply.Answer != ProviderAnswer.Lost)
            permit.Answered();
        if (feedback.Saw(reply, took, claimed.Message.WorkspaceId))
            permits.LookNow();
        if (reply.Answer == ProviderAnswer.Accepted)
            counter.Accepted(ready);
        (claimed.Took, claimed.Exceeded) = (took, reply.Answer == ProviderAnswer.TooFast ? reply.Words ?? "too fast" : null);
        var now = clock.GetUtcNow();
        claimed.Message.Apply(Delivery.Decide(reply.Answer, claimed.Message, now, reply.RetryAfter, options.Value.Retry), reply.Words, now);
    }
}
