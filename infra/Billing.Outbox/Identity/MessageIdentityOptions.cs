using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MassTransit;

namespace Billing.Outbox;

/// <summary>
/// Says what makes two messages without a message id the same message. Without a rule it is the whole body: the same plain JSON
/// sent twice within the duplicate window is one message.
/// </summary>
public sealed class MessageIdentityOptions
{
    readonly ConcurrentDictionary<Type, Func<object, object?>> _rules = new();

    /// <summary>Messages of this type are the same when this is the same, for example the period that a command closes.</summary>
    public MessageIdentityOptions For<T>(Func<T, object?> identity)
        where T : class
    {
        _rules[typeof(T)] = message => identity((T)message);
        return this;
    }

    /// <summary>The id of a message that came without one, or with one that is no GUID. Always the same for the same message.</summary>
    internal Guid IdOf<T>(ConsumeContext<T> context)
        where T : class
    {
        if (context.ReceiveContext.TransportHeaders.TryGetHeader(nameof(MessageContext.MessageId), out var given)
            && given?.ToString() is { Length: > 0 } text)
            return Derive<T>("id", Encoding.UTF8.GetBytes(text));
        return _rules.TryGetValue(typeof(T), out var rule)
            ? Derive<T>("identity", Encoding.UTF8.GetBytes(Convert.ToString(rule(context.Message), CultureInfo.InvariantCulture) ?? ""))
            : Derive<T>("body", context.ReceiveContext.Body.GetBytes());
    }

    static Guid Derive<T>(string kind, byte[] content)
        where T : class
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{MessageUrn.ForTypeString<T>()}|{kind}|"));
        hash.AppendData(content);
        return new Guid(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
