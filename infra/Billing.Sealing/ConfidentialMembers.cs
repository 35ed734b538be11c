using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Contracts;

namespace Billing.Sealing;

/// <summary>What of a contract is marked as <see cref="ConfidentialAttribute"/>, and in which of its members such marks lie deeper.</summary>
public sealed class ConfidentialMembers
{
    static readonly ConcurrentDictionary<Type, ConfidentialMembers> Known = [];
    readonly Dictionary<string, Member> _members;

    ConfidentialMembers(Type contract)
    {
        var members = contract.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(member => member.GetIndexParameters().Length == 0);
        _members = members.Select(member => new Member(member, member.IsDefined(typeof(ConfidentialAttribute)), Inside(member.PropertyType)))
            .ToDictionary(member => member.Property.Name, StringComparer.OrdinalIgnoreCase);
        Any = _members.Values.Any(member => member.IsConfidential || member.Inside is not null);
    }

    /// <summary>True when there is a mark, however deep.</summary>
    public bool Any { get; }

    /// <param name="contract">A contract, or what carries one, such as <c>Fault&lt;RegisterAccount&gt;</c>.</param>
    public static ConfidentialMembers Of(Type contract) => Known.GetOrAdd(contract, type => new ConfidentialMembers(type));

    /// <summary>
    /// True for a path such as <c>email</c>, <c>accounts[3].email</c>, or <c>accounts</c>: what stands there may be, or may hold, what is marked.
    /// </summary>
    public bool IsConfidential(string path)
    {
        var at = this;
        foreach (var step in path.Split(['.', '[', ']', '$'], StringSplitOptions.RemoveEmptyEntries).Where(step => !step.All(char.IsAsciiDigit)))
            switch (at.Find(step))
            {
                case { IsConfidential: true }:
                    return true;
                case { Inside: { } inside }:
                    at = inside;
                    break;
                default:
                    return false;
            }

        return at.Any;
    }

    /// <summary>Opens every marked member of a message that can be opened. What cannot stays sealed.</summary>
    public static void Open(object message, Sealer sealer)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(sealer);
        foreach (var member in Of(message.GetType())._members.Values.Where(member => member.IsConfidential || member.Inside is not null))
            if (member.Property.GetValue(message) is not { } value)
                continue;
            else if (!member.IsConfidential)
                foreach (var inside in value is IEnumerable many ? many.Cast<object?>().OfType<object>() : [value])
                    Open(inside, sealer);
            else if (Opened(value, sealer) is { } opened)
                member.Property.SetValue(message, opened);
    }

    internal Member? Find(string name) => _members.GetValueOrDefault(name);

    internal sealed record Member(PropertyInfo Property, bool IsConfidential, ConfidentialMembers? Inside);

    /// <returns>Null for what was not sealed, or cannot be opened.</returns>
    static object? Opened(object value, Sealer sealer)
    {
        try
        {
            return value switch
            {
                string text when Sealer.IsSealed(text) => sealer.Open(text),
                Dictionary<string, string> { Count: 1 } values when values.TryGetValue(SealedMessages.Values, out var all) && Sealer.IsSealed(all) =>
                    JsonSerializer.Deserialize<Dictionary<string, string>>(sealer.Open(all)),
                JsonObject { Count: 1 } body when body[SealedMessages.Values] is JsonValue one && one.TryGetValue<string>(out var text)
                    && Sealer.IsSealed(text) => JsonNode.Parse(sealer.Open(text)!) as JsonObject,
                _ => null
            };
        }
        catch (Exception trouble) when (trouble is SealException or JsonException)
        {
            return null;
        }
    }

    static ConfidentialMembers? Inside(Type type)
    {
        type = type.IsArray ? type.GetElementType()! : type;
        return type.IsClass && type.Namespace?.StartsWith("Billing.", StringComparison.Ordinal) == true && Of(type) is { Any: true } inside ? inside : null;
    }
}
