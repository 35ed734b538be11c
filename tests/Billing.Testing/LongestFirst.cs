using System.Reflection;
using Xunit;
using Xunit.Abstractions;

namespace Billing.Testing;

/// <summary>The tests of this class take so long, one after the other, on a quiet machine. <see cref="LongestFirst"/> lets them begin first.</summary>
/// <param name="seconds">About.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TakesLongAttribute(int seconds) : Attribute
{
    public int Seconds { get; } = seconds;
}

/// <summary>Classes that take long begin first, so that none of them is left over at the end; the others come in the order of their names.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>As an assembly's orderer is named.</summary>
    public const string Name = "Billing.Testing.LongestFirst", Assembly = "Billing.Testing";

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections
        .OrderByDescending(Seconds).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);

    /// <summary>The collection of one class bears its name behind "Test collection for".</summary>
    static int Seconds(ITestCollection collection) =>
        collection.TestAssembly.Assembly.GetType(collection.DisplayName.Split(' ')[^1]) is IReflectionTypeInfo { Type: { } type }
            ? type.GetCustomAttribute<TakesLongAttribute>()?.Seconds ?? 0 : 0;
}
