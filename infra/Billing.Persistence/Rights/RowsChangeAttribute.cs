namespace Billing.Persistence.Rights;

/// <summary>
/// Rows of this class are changed by the service. A class that does not say so is append-only: the service's database user can read its table and add to it,
/// and no more.
/// </summary>
/// <param name="properties">Those that change; none named: any of them. A row can be locked only when something in it may change.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RowsChangeAttribute(params string[] properties) : Attribute
{
    public IReadOnlyList<string> Properties { get; } = properties;
}

/// <summary>Rows of this class are deleted by the service.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RowsGoAttribute : Attribute;
