using System.Text;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;

namespace Billing.Simulation.Broker;

/// <summary>One message in one queue.</summary>
sealed class Delivery
{
    public required string Queue { get; init; }
    public required Guid MessageId { get; init; }
    public required string Body { get; init; }
    public required string ContentType { get; init; }
    public required string Type { get; init; }

    /// <summary>Not before then: the broker, or the network before it, was slow.</summary>
    public DateTimeOffset From { get; set; }
}

/// <summary>Which queue takes what.</summary>
sealed record Subscription(string Queue, IReadOnlySet<string> Types);

/// <summary>
/// A broker that promises little: every message arrives at least once, in any order and at any time. Nothing is lost that was handed to it.
/// </summary>
sealed class MessageBroker(Plan plan, TimeProvider clock)
{
    /// <summary>What the sweep of charges says again when nobody comes back to it: its message may be parked, or lost with its queue.</summary>
    static readonly HashSet<string> Swept =
        ["charge-inquiry-state ChargeUnknown", "charge-inquiry-state LookDue", "look-for-charge LookForCharge", "ask-refund AskRefund"];

    readonly List<Delivery> _waiting = [];
    readonly Dictionary<(string? Queue, string Types), IReadOnlyList<Subscription>> _routes = [];
    IReadOnlyList<Subscription> _subscriptions = [];

    public IReadOnlyList<Delivery> Waiting => _waiting;

    /// <summary>Told of every message that was said, whoever hears it.</summary>
    public Action<string, string>? Heard { get; set; }

    public void Subscribe(IReadOnlyList<Subscription> subscriptions) => _subscriptions = subscriptions;

    public void Reset() => _waiting.Clear();

    public void Take(OutboxMessage message) => Take(message.MessageId, message.DestinationAddress, message.MessageType, message.Body, message.ContentType);

    public void Take<T>(SendContext<T> context)
        where T : class =>
        Take(context.MessageId!.Value, context.DestinationAddress, string.Join(';', context.SupportedMessageTypes),
            context.Serializer.GetMessageBody(context).GetString(), context.Serializer.ContentType.ToString());

    public void Take(Guid messageId, Uri? destination, string types, string body, string contentType)
    {
        var urns = types.Split(';');
        Heard?.Invoke(urns[0], body);
        var last = destination?.AbsolutePath.Split('/')[^1];
        if (!_routes.TryGetValue((last, types), out var route))
            _routes[(last, types)] = route = Route(last, urns);
        foreach (var subscription in route)
            for (var copies = plan.Copies(); copies > 0; copies--)
                _waiting.Add(new Delivery
                {
                    Queue = subscription.Queue,
                    MessageId = messageId,
                    Body = body,
                    ContentType = contentType,
                    Type = urns[0][(urns[0].LastIndexOf(':') + 1)..],
                    From = clock.GetUtcNow() + plan.Slowness()
                });
    }

    /// <summary>The queue that it is sent to, or those of all who listen to its types.</summary>
    IReadOnlyList<Subscription> Route(string? queue, string[] types) => [.. _subscriptions.Any(one => one.Queue == queue)
        ? _subscriptions.Where(one => one.Queue == queue) : _subscriptions.Where(one => types.Any(one.Types.Contains))];

    /// <summary>Its consumer died. It comes again, perhaps behind many others.</summary>
    public void GiveBack(Delivery delivery)
    {
        delivery.From = clock.GetUtcNow() + plan.Slowness();
        _waiting.Add(delivery);
    }

    /// <summary>Whether it is lost on the way to its consumer, and nobody will ever hear it.</summary>
    public bool Loses(Delivery delivery) =>
        Swept.Contains($"{delivery.Queue["month-close-".Length..]} {delivery.Type}") && plan.Happens(Mischief.LostMessage);

    /// <summary>Any of those whose time has come; null when none has.</summary>
    public Delivery? Next()
    {
        var now = clock.GetUtcNow();
        var ready = _waiting.FindAll(one => one.From <= now);
        if (ready.Count == 0)
            return null;
        var one = plan.Of(ready);
        _waiting.Remove(one);
        return one;
    }

    public DateTimeOffset? NextAt => _waiting.Count == 0 ? null : _waiting.Min(one => one.From);

    public static byte[] Bytes(Delivery delivery) => Encoding.UTF8.GetBytes(delivery.Body);
}

/// <summary>Takes what is sent outside of any transaction, at the moment at which it is sent.</summary>
sealed class SentAtOnce(MessageBroker broker, Func<bool> isDead) : ISendObserver, IPublishObserver
{
    public Task PreSend<T>(SendContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostSend<T>(SendContext<T> context)
        where T : class
    {
        if (!isDead())
            broker.Take(context);
        return Task.CompletedTask;
    }

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class => PostSend(context);

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;
}
