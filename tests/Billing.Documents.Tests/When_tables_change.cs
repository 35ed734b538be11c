using System.Reflection;
using Billing.MonthClose;
using Billing.Notification;
using Billing.Persistence;
using Billing.Scheduler;
using Billing.SeatRefresh;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Billing.Documents.Tests;

/// <summary>The tables of a release are worked with by the processes of the last one, until each of them was started anew.</summary>
public sealed class When_tables_change
{
    static readonly Assembly[] Services =
        [typeof(MonthCloseApplication).Assembly, typeof(NotificationApplication).Assembly, typeof(SchedulerApplication).Assembly, typeof(SeatRefreshApplication).Assembly];

    [Fact]
    public void Should_only_expand()
    {
        var migrations = Services.SelectMany(service => service.GetTypes().Where(type => type.IsSubclassOf(typeof(Migration)))).ToList();
        Assert.Equal(2 * Services.Length, migrations.Count(type => type.Name == "Initial"));

        Assert.Empty(migrations.Where(type => type.GetCustomAttribute<ContractsAttribute>() is null)
            .SelectMany(type => MigrationLaw.Faults(((Migration)Activator.CreateInstance(type)!).UpOperations).Select(fault => $"{type.FullName} {fault}")));
    }

    public static TheoryData<string, MigrationOperation, string?> Changes => new()
    {
        { "a table", new CreateTableOperation { Name = "New" }, null },
        { "a column that may be empty", new AddColumnOperation { Table = "Invoice", Name = "Note", ClrType = typeof(string), IsNullable = true }, null },
        { "a column with a default", new AddColumnOperation { Table = "Invoice", Name = "Round", ClrType = typeof(int), DefaultValue = 0 }, null },
        { "a column to be filled", new AddColumnOperation { Table = "Invoice", Name = "Round", ClrType = typeof(int) }, "adds Invoice.Round" },
        { "an index", new CreateIndexOperation { Table = "Invoice", Name = "ix", Columns = ["Period"] }, null },
        { "a unique index", new CreateIndexOperation { Table = "Invoice", Name = "ix", Columns = ["Period"], IsUnique = true }, "allows no two rows of Invoice with the same Period" },
        { "a longer text", Altered(oldLength: 64, length: 256), null },
        { "a shorter text", Altered(oldLength: 256, length: 64), "makes varchar(256) of Invoice.Status into varchar(64)" },
        { "a text without end", Altered(oldLength: 256, length: null), null },
        { "no emptiness", Altered(64, 64, wasNullable: true), "lets Invoice.Status be empty no more" },
        { "no column", new DropColumnOperation { Table = "Invoice", Name = "Note" }, "drops Invoice.Note" },
        { "no table", new DropTableOperation { Name = "Invoice" }, "drops the table Invoice" },
        { "another name", new RenameColumnOperation { Table = "Invoice", Name = "Note", NewName = "Remark" }, "renames Invoice.Note" },
        { "a rule", new AddCheckConstraintOperation { Table = "Invoice", Name = "Positive", Sql = "1 = 1" }, "asks Positive of every row of Invoice" }
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Should_be_told_what_to_do_instead(string what, MigrationOperation change, string? fault)
    {
        var faults = MigrationLaw.Faults([change]).ToList();

        Assert.True(fault is null == (faults.Count == 0), what);
        if (fault is not null)
            Assert.Contains(fault, Assert.Single(faults), StringComparison.Ordinal);
    }

    /// <summary>In a table that is new nobody works yet.</summary>
    [Fact]
    public void Should_be_free_in_what_is_new() => Assert.Empty(MigrationLaw.Faults(
        [new CreateTableOperation { Name = "New" }, new CreateIndexOperation { Table = "New", Name = "ix", Columns = ["Id"], IsUnique = true }]));

    static AlterColumnOperation Altered(int? oldLength, int? length, bool wasNullable = false) => new()
    {
        Table = "Invoice",
        Name = "Status",
        ClrType = typeof(string),
        ColumnType = Type(length),
        MaxLength = length,
        OldColumn = new AddColumnOperation { ClrType = typeof(string), ColumnType = Type(oldLength), MaxLength = oldLength, IsNullable = wasNullable }
    };

    static string Type(int? length) => length is null ? "text" : $"varchar({length})";
}
