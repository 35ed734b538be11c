using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Billing.Documents.Tests;

/// <summary>
/// What a migration may do while processes of the release before it still work with the tables: add. What takes something away, or asks more of a row than before,
/// comes a release later.
/// </summary>
static class MigrationLaw
{
    /// <returns>What is wrong, and what to do instead; none when the migration only expands.</returns>
    public static IEnumerable<string> Faults(IEnumerable<MigrationOperation> operations)
    {
        var all = operations.ToList();
        // in a table of this very migration nobody works yet
        var made = all.OfType<CreateTableOperation>().Select(table => table.Name).ToHashSet(StringComparer.Ordinal);
        return all.Select(operation => Fault(operation, made)).OfType<string>();
    }

    static string? Fault(MigrationOperation operation, HashSet<string> made) => operation switch
    {
        DropTableOperation drop => Later($"drops the table {drop.Name}"),
        DropColumnOperation drop => Later($"drops {drop.Table}.{drop.Name}"),
        DropSequenceOperation drop => Later($"drops the sequence {drop.Name}"),
        RenameTableOperation rename => Copy($"renames the table {rename.Name}"),
        RenameColumnOperation rename => Copy($"renames {rename.Table}.{rename.Name}"),
        AddColumnOperation { IsNullable: false, DefaultValue: null, DefaultValueSql: null, ComputedColumnSql: null } add =>
            $"adds {add.Table}.{add.Name}, which has to be filled and has no default: the last release writes rows without it; make it nullable or give it a default",
        AlterColumnOperation { IsNullable: false, OldColumn.IsNullable: true } alter => Later($"lets {alter.Table}.{alter.Name} be empty no more"),
        AlterColumnOperation alter when alter.ColumnType != alter.OldColumn.ColumnType && !IsWider(alter) =>
            Copy($"makes {alter.OldColumn.ColumnType} of {alter.Table}.{alter.Name} into {alter.ColumnType}"),
        CreateIndexOperation { IsUnique: true } index when !made.Contains(index.Table) => Later($"allows no two rows of {index.Table} with the same {string.Join(", ", index.Columns)}"),
        AddUniqueConstraintOperation key when !made.Contains(key.Table) => Later($"allows no two rows of {key.Table} with the same {string.Join(", ", key.Columns)}"),
        AddCheckConstraintOperation check when !made.Contains(check.Table) => Later($"asks {check.Name} of every row of {check.Table}"),
        _ => null
    };

    static bool IsWider(AlterColumnOperation alter) => alter.MaxLength is null ? alter.OldColumn.MaxLength is not null : alter.MaxLength > alter.OldColumn.MaxLength;

    static string Later(string what) => $"{what}: the last release still works with it; stop using it in this release, and do this in the next one, marked [Contracts]";

    static string Copy(string what) => $"{what}: the last release knows it as it was; add a new one, write both, and take the old one away in the next release";
}
