namespace Billing.Persistence;

/// <summary>
/// Marks a migration that takes something away. It may, because no process works with it any more: the release before this one, which may still be at work
/// while the tables change, had already stopped.
/// </summary>
/// <param name="unusedSince">The release that stopped using it, such as <c>0.2</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ContractsAttribute(string unusedSince) : Attribute
{
    public string UnusedSince { get; } = unusedSince;
}
