using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>A mapped table and its columns, quoted the way the provider quotes.</summary>
sealed class Table
{
    readonly IEntityType _type;
    readonly StoreObjectIdentifier _table;
    readonly ISqlGenerationHelper _sql;

    Table(DbContext context, Type entity)
    {
        _type = context.Model.FindEntityType(entity)
            ?? throw new InvalidOperationException($"{context.GetType().Name} does not map {entity.Name}");
        var name = _type.GetTableName() ?? throw new InvalidOperationException($"{entity.Name} is not mapped to a table");
        _table = StoreObjectIdentifier.Table(name, _type.GetSchema());
        _sql = context.GetService<ISqlGenerationHelper>();
        Name = _sql.DelimitIdentifier(name, _type.GetSchema());
    }

    public string Name { get; }

    public string this[string property] =>
        _sql.DelimitIdentifier(_type.GetProperty(property).GetColumnName(_table)
            ?? throw new InvalidOperationException($"{_type.DisplayName()}.{property} has no column in {Name}"));

    public static Table Of<T>(DbContext context) => new(context, typeof(T));

    public static Table Of(DbContext context, Type entity) => new(context, entity);
}
