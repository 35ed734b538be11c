using System.Reflection;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Billing.Persistence.Personal;

/// <summary>A column with its mark.</summary>
public sealed record PersonalColumn(IProperty Property, PersonalAttribute Mark)
{
    public static IReadOnlyList<PersonalColumn> Of(IEntityType table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return [.. table.GetProperties().Select(property => (property, mark: property.PropertyInfo?.GetCustomAttribute<PersonalAttribute>()))
            .Where(one => one.mark is not null).Select(one => new PersonalColumn(one.property, one.mark!))];
    }
}
