using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace Billing.Contracts;

/// <summary>
/// A command that says what is true of something known. A member that it leaves out stays as it was; one that it tells as <c>null</c> is cleared.
/// </summary>
public interface ITellsMembers
{
    /// <summary>True when the sender told the member, <c>null</c> included.</summary>
    /// <param name="member">Its name in C#. False for a member that is required.</param>
    bool Tells(string member);
}

/// <inheritdoc cref="ITellsMembers"/>
/// <typeparam name="T">The command itself.</typeparam>
public interface ITellsMembers<out T> : ITellsMembers
{
    /// <summary>The same command without what it says of these members.</summary>
    /// <param name="members">Their names in C#.</param>
    T LeavingOut(IEnumerable<string> members);
}

/// <summary>
/// Notes which optional members of a command were told: each member's <c>init</c> adds itself, and the deserializer calls it for what stands in the JSON only.
/// It has no part in whether two commands are equal.
/// </summary>
/// <typeparam name="T">The command.</typeparam>
[SuppressMessage("Usage", "CA2231", Justification = "All are equal: what counts are the values of the command.")]
public struct ToldMembers<T> : IEquatable<ToldMembers<T>>
{
    static readonly string[] Names = [.. typeof(T).GetProperties().Select(property => property.Name)];
    ulong _told;

    internal void Add([CallerMemberName] string member = "") => _told |= Bit(member);

    internal void Remove(IEnumerable<string> members)
    {
        foreach (var member in members)
            _told &= ~Bit(member);
    }

    internal readonly bool Has(string member) => (_told & Bit(member)) != 0;

    public readonly bool Equals(ToldMembers<T> other) => true;

    public override readonly bool Equals(object? obj) => obj is ToldMembers<T>;

    public override readonly int GetHashCode() => 0;

    static ulong Bit(string member) => Array.IndexOf(Names, member) is >= 0 and < 64 and var place
        ? 1UL << place
        : throw new ArgumentException($"{typeof(T).Name} has no member {member}", nameof(member));
}

/// <summary>How a sender in C# writes these commands.</summary>
public static class ToldMembers
{
    /// <summary>
    /// Writes a member that was told as null, and leaves out one that was not told. For the options of the serializer: without it, a null is left out by most
    /// of them, and so clears nothing.
    /// </summary>
    public static void WriteTold(JsonTypeInfo type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!typeof(ITellsMembers).IsAssignableFrom(type.Type))
            return;
        foreach (var property in type.Properties)
            if (property.AttributeProvider is PropertyInfo { Name: var member })
                property.ShouldSerialize = (command, value) => value is not null || ((ITellsMembers)command).Tells(member);
    }
}
