using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Billing.Testing;

/// <summary>What a context's model asks of its database, without the provider's own type names: two providers' models must say the same.</summary>
public static class ModelForm
{
    /// <summary>One line for each column, key, index and sequence.</summary>
    public static IReadOnlyList<string> Of(DbContext db)
    {
        var model = db.GetService<IDesignTimeModel>().Model;
        return [.. model.GetEntityTypes().SelectMany(Lines)
            .Concat(model.GetSequences().Select(sequence => $"sequence {sequence.Name}"))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The whole script that brings an empty database up to date, by the migrations.</summary>
    public static string Script(DbContext db) => db.GetService<Microsoft.EntityFrameworkCore.Migrations.IMigrator>().GenerateScript();

    static IEnumerable<string> Lines(IEntityType entity)
    {
        var table = entity.GetTableName();
        foreach (var property in entity.GetProperties().Where(property => property.Name != "RowVersion"))
            yield return $"{table}.{property.GetColumnName()}: {(Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType).Name}"
                + $"{(property.IsNullable ? "?" : "")}, length {property.GetMaxLength()}";
        foreach (var key in entity.GetKeys())
            yield return $"{table} key ({string.Join(", ", key.Properties.Select(property => property.Name))})";
        foreach (var index in entity.GetIndexes())
            yield return $"{table} index ({string.Join(", ", index.Properties.Select(property => property.Name))}){(index.IsUnique ? " unique" : "")}{FilterOf(index)}";
    }

    static string FilterOf(IIndex index)
    {
        var filter = index.GetFilter()?.Replace("[", "\"", StringComparison.Ordinal).Replace("]", "\"", StringComparison.Ordinal);
        // On SQL Server nulls collide in a unique index, so EF leaves them out of it; on PostgreSQL they never do.
        var nullsLeftOut = string
            .Join(" AND ", index.Properties.Where(property => property.IsNullable).Select(property => $"\"{property.GetColumnName()}\" IS NOT NULL"));
        return filter is null || (index.IsUnique && filter == nullsLeftOut) ? "" : $" where {filter}";
    }

    static T GetService<T>(this DbContext db)
        where T : class => Microsoft.EntityFrameworkCore.Infrastructure.AccessorExtensions.GetService<T>(db);
}
