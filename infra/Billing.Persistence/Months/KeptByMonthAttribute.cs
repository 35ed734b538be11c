using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.Months;

/// <summary>
/// Rows of this class are kept by the month (UTC) of one of their times, and a month goes as a whole when it is old enough. Where the database can, each month
/// is a partition of its own: it goes without a row being read.
/// </summary>
/// <param name="property">The time.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KeptByMonthAttribute(string property) : Attribute
{
    public string Property { get; } = property;

    /// <summary>Whole months for which rows are kept when the settings do not say, this one not counted.</summary>
    public required int Months { get; init; }

    /// <summary>The least that the settings may say. The database itself lets no younger month go.</summary>
    public required int AtLeast { get; init; }
}

/// <summary>A table whose rows are kept by the month.</summary>
/// <param name="Table">Its name, in the default schema.</param>
/// <param name="Column">The time that says to which month a row belongs.</param>
/// <param name="Months">Whole months for which rows are kept when the settings do not say.</param>
/// <param name="AtLeast">The least that the settings may say.</param>
/// <param name="RowsGo">Whether the service's own user may delete rows (<see cref="Rights.RowsGoAttribute"/>).</param>
public sealed record KeptTable(string Table, string Column, int Months, int AtLeast, bool RowsGo)
{
    /// <summary>All of a model, by name.</summary>
    public static IReadOnlyList<KeptTable> Of(Microsoft.EntityFrameworkCore.Metadata.IModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [..
            from entity in model.GetEntityTypes()
            let kept = (KeptByMonthAttribute?)Attribute.GetCustomAttribute(entity.ClrType, typeof(KeptByMonthAttribute))
            where kept is not null
            orderby entity.GetTableName()
            select new KeptTable(entity.GetTableName()!, entity.FindProperty(kept.Property)!.GetColumnName(), kept.Months, kept.AtLeast,
                Attribute.IsDefined(entity.ClrType, typeof(Rights.RowsGoAttribute)))];
    }
}
