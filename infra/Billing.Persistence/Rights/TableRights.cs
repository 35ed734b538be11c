using System.Reflection;
using Billing.Persistence.Personal;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Billing.Persistence.Rights;

/// <summary>What a service's database user may do with one table besides reading it and adding rows.</summary>
/// <param name="Table">Its name, in the default schema.</param>
/// <param name="Changes">Whether rows may be changed.</param>
/// <param name="Columns">The columns that may be changed; none named: all of them.</param>
/// <param name="Deletes">Whether rows may be deleted.</param>
public sealed record TableRights(string Table, bool Changes, IReadOnlyList<string> Columns, bool Deletes)
{
    /// <summary>Such as <c>Invoice: read, append, change AmountPaid Status</c>.</summary>
    public override string ToString() =>
        $"{Table}: read, append{(Changes ? Columns.Count == 0 ? ", change" : $", change {string.Join(' ', Columns)}" : "")}{(Deletes ? ", delete" : "")}";

    /// <summary>
    /// Of every table of a model, by name. A class says itself what becomes of its rows; of the transport's own (sagas, outbox, inbox), whose classes are a
    /// library's, they change and go.
    /// </summary>
    /// <param name="model">Of a context.</param>
    /// <param name="changesFreely">Whether a class is the transport's.</param>
    public static IReadOnlyList<TableRights> Of(IModel model, Func<Type, bool> changesFreely)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.GetEntityTypes().Where(entity => entity.GetTableName() is not null).GroupBy(entity => entity.GetTableName()!, StringComparer.Ordinal)
            .Select(table => table.Any(entity => changesFreely(entity.ClrType)) ? new TableRights(table.Key, true, [], true) : Of(table.Key, [.. table]))
            .OrderBy(rights => rights.Table, StringComparer.Ordinal)];
    }

    static TableRights Of(string table, IReadOnlyList<IEntityType> entities)
    {
        var changing = entities.Select(entity => (Entity: entity, Change: entity.ClrType.GetCustomAttribute<RowsChangeAttribute>()))
            .Where(one => one.Change is not null).ToList();
        // what may have to be erased, or sealed anew, may be changed
        var personal = entities.SelectMany(PersonalColumn.Of).Select(column => column.Property.GetColumnName()).ToList();
        var columns = changing.Any(one => one.Change!.Properties.Count == 0) ? []
            : changing.SelectMany(one => one.Change!.Properties.Select(property => ColumnOf(one.Entity, property))).Concat(personal)
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return new TableRights(table, changing.Count + personal.Count > 0, columns, entities.Any(entity => entity.ClrType.IsDefined(typeof(RowsGoAttribute))));
    }

    static string ColumnOf(IEntityType entity, string property) =>
        entity.FindProperty(property)?.GetColumnName()
            ?? throw new InvalidOperationException($"{entity.ClrType.Name} says that {property} changes, and has no such column.");
}
