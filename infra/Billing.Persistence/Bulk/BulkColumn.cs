using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Billing.Persistence.Bulk;

/// <summary>One column of a table: its name and type in the database, and how to read its value off a row object.</summary>
sealed class BulkColumn
{
    static readonly MethodInfo Typed = typeof(BulkColumn).GetMethod(nameof(ToTypedArray), BindingFlags.Static | BindingFlags.NonPublic)!;

    readonly RelationalTypeMapping _mapping;
    readonly Func<BulkColumn, IEnumerable<object>, int, Array> _toArray;

    public BulkColumn(IProperty property, string name, bool isKey)
    {
        Property = property;
        Name = name;
        IsKey = isKey;
        _mapping = property.GetRelationalTypeMapping();
        StoreType = _mapping.StoreType;
        IsNullable = property.IsNullable;
        var provider = _mapping.Converter?.ProviderClrType ?? _mapping.ClrType;
        provider = Nullable.GetUnderlyingType(provider) ?? provider;
        // an enum without a converter travels as its number
        ProviderType = provider.IsEnum ? Enum.GetUnderlyingType(provider) : provider;
        var element = ProviderType.IsValueType ? typeof(Nullable<>).MakeGenericType(ProviderType) : ProviderType;
        _toArray = Typed.MakeGenericMethod(element).CreateDelegate<Func<BulkColumn, IEnumerable<object>, int, Array>>();
    }

    public IProperty Property { get; }
    public string Name { get; }
    public bool IsKey { get; }
    public bool IsNullable { get; }

    /// <summary>The column's type with its size, such as <c>numeric(18,2)</c>.</summary>
    public string StoreType { get; }

    /// <summary>The CLR type that the driver is given, never nullable.</summary>
    public Type ProviderType { get; }

    /// <summary>A list in one column, which cannot be unnested beside scalars.</summary>
    public bool IsCollection => Property.GetElementType() is not null;

    /// <summary>The database may fill it in: an identity, or a default.</summary>
    public bool MayBeGenerated =>
        Property.ValueGenerated == ValueGenerated.OnAdd
        && (Property.ClrType != typeof(Guid) || Property.GetDefaultValueSql() is not null);

    /// <summary>The value as the driver takes it: converted, and instants in UTC.</summary>
    public object? Read(object row) => ToProvider(Property.GetGetter().GetClrValueUsingContainingEntity(row));

    public bool IsDefault(object row) => Equals(Property.GetGetter().GetClrValueUsingContainingEntity(row), Property.Sentinel);

    public object? ToProvider(object? value)
    {
        if (_mapping.Converter is { } converter)
            value = value is null && !converter.ConvertsNulls ? null : converter.ConvertToProvider(value);
        else if (value is Enum)
            value = Convert.ChangeType(value, ProviderType, null);
        return value is DateTimeOffset instant ? instant.ToUniversalTime() : value;
    }

    /// <summary>All values of the column as a typed array, with nulls where the rows have them.</summary>
    public Array ReadAll(IEnumerable<object> rows, int count) => _toArray(this, rows, count);

    static TElement[] ToTypedArray<TElement>(BulkColumn column, IEnumerable<object> rows, int count)
    {
        var values = new TElement[count];
        var i = 0;
        foreach (var row in rows)
            values[i++] = (TElement)column.Read(row)!;
        return values;
    }
}
