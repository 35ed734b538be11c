using System.Collections.Concurrent;
using MassTransit;

namespace Billing.Testing;

/// <summary>
/// What a test hears from the broker, each message once by its id: a message may come twice, for whoever sent it may die before it has noted that, and every
/// receiver's inbox passes the second one over. One that is said again under another id is another message.
/// </summary>
public sealed class HeardMessages
{
    readonly ConcurrentQueue<object> _messages = [];
    readonly ConcurrentDictionary<(Type Type, Guid Id), bool> _known = [];

    public void Hear<T>(IReceiveEndpointConfigurator endpoint)
        where T : class =>
        endpoint.Handler<T>(context =>
        {
            if (context.MessageId is not { } id || _known.TryAdd((typeof(T), id), true))
                _messages.Enqueue(context.Message);
            return Task.CompletedTask;
        });

    public IReadOnlyList<T> Of<T>(Func<T, bool>? which = null)
        where T : class => [.. _messages.OfType<T>().Where(message => which?.Invoke(message) ?? true)];

    /// <summary>Waits for the first of them.</summary>
    public Task<T> FirstAsync<T>(Func<T, bool>? which = null, TimeSpan? limit = null)
        where T : class =>
        Eventually.HoldsAsync(() => Task.FromResult(Of(which) is [var first, ..] ? first : null!), heard => heard is not null, $"a {typeof(T).Name}", limit);
}
