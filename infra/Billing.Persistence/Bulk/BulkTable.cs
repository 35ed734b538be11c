using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Billing.Persistence.Bulk;

/// <summary>A unique key of the table: its columns, and the condition when it holds for some rows only.</summary>
sealed record UniqueKey(IReadOnlyList<BulkColumn> Columns, string? Filter);

/// <summary>What the EF model says of one entity's table, read once for each model.</summary>
sealed class BulkTable
{
    static readonly ConditionalWeakTable<IEntityType, BulkTable> Known = [];

    BulkTable(IEntityType entity)
    {
        Entity = entity;
        Name = entity.GetTableName() ?? throw Unsupported(entity, "is not mapped to a table");
        Schema = entity.GetSchema();
        if (entity.BaseType is not null || entity.GetDirectlyDerivedTypes().Any())
            throw Unsupported(entity, "has an inheritance tree");
        if (entity.GetNavigations().FirstOrDefault(navigation => navigation.TargetEntityType.IsOwned()) is { } owned)
            throw Unsupported(entity, $"owns {owned.Name}; use a complex property");
        var key = entity.FindPrimaryKey() ?? throw Unsupported(entity, "has no primary key");
        var table = StoreObjectIdentifier.Table(Name, Schema);
        Columns = entity.GetFlattenedProperties()
            .Where(IsWritten)
            .Select(property => new BulkColumn(property, property.GetColumnName(table)!, key.Properties.Contains(property)))
            .ToArray();
        Key = key.Properties.Select(ColumnOf).ToArray();
        UniqueKeys = entity.GetKeys().Select(unique => new UniqueKey(unique.Properties.Select(ColumnOf).ToArray(), null))
            .Concat(entity.GetIndexes().Where(index => index.IsUnique)
                .Select(index => new UniqueKey(index.Properties.Select(ColumnOf).ToArray(), index.GetFilter())))
            .ToArray();
    }

    public IEntityType Entity { get; }
    public string Name { get; }
    public string? Schema { get; }
    public IReadOnlyList<BulkColumn> Columns { get; }
    public IReadOnlyList<BulkColumn> Key { get; }
    public IReadOnlyList<UniqueKey> UniqueKeys { get; }

    public static BulkTable Of<T>(DbContext db)
    {
        var entity = db.Model.FindEntityType(typeof(T))
            ?? throw new InvalidOperationException($"{typeof(T).Name} is not in the model of {db.GetType().Name}.");
        return Known.GetValue(entity, static entity => new BulkTable(entity));
    }

    public BulkColumn ColumnOf(IProperty property) =>
        Columns.FirstOrDefault(column => column.Property == property)
        ?? throw Unsupported(Entity, $"does not write {property.Name} itself");

    /// <summary>The columns to insert: those that the database fills in are left out when no row brings a value.</summary>
    public IReadOnlyList<BulkColumn> ToInsert(IReadOnlyCollection<object> rows)
    {
        foreach (var key in Key.Where(column => column.Property.ClrType == typeof(Guid) && !column.MayBeGenerated))
            if (rows.Any(key.IsDefault))
                throw new InvalidOperationException($"A {Entity.DisplayName()} has no {key.Property.Name}: bulk writes take keys that are set.");
        return Columns.Where(column => !column.MayBeGenerated || !rows.All(column.IsDefault)).ToArray();
    }

    /// <summary>Row versions and computed columns are the database's; so are shadow columns that need no value.</summary>
    static bool IsWritten(IProperty property)
    {
        if (property.ValueGenerated.HasFlag(ValueGenerated.OnUpdate) || property.GetComputedColumnSql() is not null)
            return false;
        if (!property.IsShadowProperty())
            return true;
        return property.IsNullable || property.ValueGenerated == ValueGenerated.OnAdd
            ? false
            : throw Unsupported((IEntityType)property.DeclaringType.ContainingEntityType, $"has the shadow property {property.Name}");
    }

    static NotSupportedException Unsupported(IEntityType entity, string why) =>
        new($"{entity.DisplayName()} cannot be written in bulk: it {why}.");
}
