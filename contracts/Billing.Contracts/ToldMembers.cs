using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace Billing.Contracts;

/// <summary>Which members were told.</summary>
interface IToldMembers
{
    bool Has(string member);
}

/// <summary>
/// Notes which optional members of a command were told: each member's <c>init</c> adds itself, and the deserializer calls it for what stands in the JSON only.
/// It has no part in whether two commands are equal.
/// </summary>
/// <typeparam name="T">The command.</typeparam>
public record struct ToldMembers<T> : IToldMembers
{
    static readonly string[] Names = [.. typeof(T).GetProperties().Select(property => property.Name)];
    ulong _told;

    internal void Add([CallerMemberName] string member = "") => _told |= Bit(member);

    internal void Remove(IEnumerable<string> members)
    {
        foreach (var member in members)
            _told &= ~Bit(member);
    }

    public readonly bool Has(string member) => (_told & Bit(member)) != 0;

    public readonly bool Equals(ToldMembers<T> other) => true;

    public override readonly int GetHashCode() => 0;

    static ulong Bit(string member) => Array.IndexOf(Names, member) is >= 0 and < 64 and var place
        ? 1UL << place
        : throw new ArgumentException($"{typeof(T).Name} has no member {member}", nameof(member));
}

/// <summary>
/// Commands that say what is true of something known: what they leave out stays as it was, what they tell as <c>null</c> is cleared.
/// </summary>
public static class ToldMembers
{
    /// <summary>
    /// Writes a member that was told as null, and leaves out one that was not told. For the options of the serializer: without it, a null is left out by most
    /// of them, and so clears nothing.
    /// </summary>
    public static void WriteTold(JsonTypeInfo type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (FieldOf(type.Type) is not { } told)
            return;
        foreach (var property in type.Properties)
            if (property.AttributeProvider is PropertyInfo { Name: var member } && type.Type.GetProperty(member) is not null)
                property.ShouldSerialize = (command, value) => value is not null || ((IToldMembers)told.GetValue(command)!).Has(member);
    }

    // An interface on the command would say it more plainly. But it would be a message type of its own for the bus, with an exchange and a copy of each
    // message.
    static FieldInfo? FieldOf(Type command) => Array.Find(command.GetFields(BindingFlags.Instance | BindingFlags.NonPublic),
        field => field.FieldType.IsGenericType && field.FieldType.GetGenericTypeDefinition() == typeof(ToldMembers<>));
}
