using Billing.Hosting.Personal;
using Billing.MonthClose;
using Billing.Notification;
using Billing.Persistence;
using Billing.Persistence.Personal;
using Billing.Persistence.Postgres;
using Billing.Persistence.Rights;
using Billing.Scheduler;
using Billing.Sealing;
using Billing.SeatRefresh;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Billing.Documents.Tests;

/// <summary>What each text of each table holds of a person: what is exported and erased follows from it, so nobody may forget to say it.</summary>
public sealed class When_columns_hold_a_person
{
    static readonly (string Name, IModel Model, IEnumerable<Type> Rows)[] Services =
    [
        ("MonthClose", new PostgresMonthCloseDbContext(Options<PostgresMonthCloseDbContext>()).Model, Rows(MonthClosePersonalRows.All)),
        ("Notification", new PostgresNotificationDbContext(Options<PostgresNotificationDbContext>()).Model, Rows(NotificationPersonalRows.All)),
        ("Scheduler", new PostgresSchedulerDbContext(Options<PostgresSchedulerDbContext>()).Model, Rows(SchedulerPersonalRows.All)),
        ("SeatRefresh", new PostgresSeatRefreshDbContext(Options<PostgresSeatRefreshDbContext>()).Model, Rows(SeatRefreshPersonalRows.All))
    ];

    /// <summary>A column that nobody has thought of is missing in the list. Mark it with [Personal], or approve that it holds nothing of a person.</summary>
    [Fact]
    public void Should_say_of_every_text_what_it_holds()
    {
        var text = string.Join("\n\n", Services.Select(service => $"{service.Name}\n{string.Join('\n', LinesOf(service.Model).Select(line => $"  {line}"))}")) + "\n";
        var approved = ReadmeExamples.PathOf("tests/Billing.Documents.Tests/PersonalColumns.approved.txt");
        if (File.Exists(approved) && File.ReadAllText(approved) == text)
            return;
        File.WriteAllText(approved.Replace("approved", "received", StringComparison.Ordinal), text);
        Assert.Fail("The columns differ from what was approved: compare PersonalColumns.received.txt with PersonalColumns.approved.txt.");
    }

    /// <summary>A table with a mark and without rows would be exported and erased by nobody.</summary>
    [Fact]
    public void Should_find_the_rows_of_every_marked_table()
    {
        foreach (var (name, model, rows) in Services)
            Assert.Equal(
                [name, .. model.GetEntityTypes().Where(table => PersonalColumn.Of(table).Count > 0).Select(table => table.ClrType.Name).Order(StringComparer.Ordinal)],
                [name, .. rows.Select(row => row.Name).Order(StringComparer.Ordinal)]);
    }

    /// <summary>What is sealed is sealed anew when the key is changed: the service has to be allowed to.</summary>
    [Fact]
    public void Should_let_a_service_change_what_it_has_sealed()
    {
        var sealing = Services.SelectMany(service => service.Model.GetEntityTypes().SelectMany(table => table.GetProperties())
            .Where(column => column.GetValueConverter() is { } converter && converter.ProviderClrType == typeof(string) && column.GetMaxLength() is null
                && (converter.ModelClrType == typeof(string) || converter.ModelClrType == typeof(IReadOnlyDictionary<string, string>)))
            .Select(column => (service.Model, Column: column))).ToList();
        Assert.NotEmpty(sealing);
        foreach (var (model, column) in sealing)
        {
            var table = column.DeclaringType.GetTableName()!;
            var rights = TableRights.Of(model, TransportRows.Are).Single(one => one.Table == table);
            Assert.True(rights.Changes && (rights.Columns.Count == 0 || rights.Columns.Contains(column.GetColumnName())), $"{table}.{column.GetColumnName()}");
        }
    }

    /// <summary>The history of a saga is not looked through when a person is erased: nothing of him may come into it.</summary>
    [Fact]
    public void Should_keep_no_person_in_the_history_of_a_saga()
    {
        var taken = typeof(MonthCloseApplication).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(StateMachine)))
            .SelectMany(machine => machine.GetProperties()).Select(property => property.PropertyType)
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Event<>)).Select(type => type.GetGenericArguments()[0]).ToList();
        Assert.NotEmpty(taken);
        Assert.DoesNotContain(taken, message => ConfidentialMembers.Of(message).Any);
    }

    static IEnumerable<string> LinesOf(IModel model) => model.GetEntityTypes().Where(table => table.GetTableName() is not null)
        .SelectMany(table => table.GetProperties().Where(HoldsText).Select(column => (Table: table.GetTableName()!, Column: column.GetColumnName(),
            Mark: PersonalColumn.Of(table).FirstOrDefault(one => one.Property == column)?.Mark)))
        .GroupBy(column => column.Table, StringComparer.Ordinal).OrderBy(table => table.Key, StringComparer.Ordinal)
        .SelectMany(table => table.Where(column => column.Mark is not null).OrderBy(column => column.Column, StringComparer.Ordinal)
            .Select(column => $"{table.Key}.{column.Column}: {TextOf(column.Mark!)}")
            .Append($"{table.Key}, nothing of a person: {string.Join(' ', table.Where(column => column.Mark is null).Select(column => column.Column).Distinct().Order(StringComparer.Ordinal))}"));

    static string TextOf(PersonalAttribute mark) => mark.Members.Count == 0 ? $"{mark.Kind}" : $"{mark.Kind} {string.Join(' ', mark.Members)}";

    static bool HoldsText(IProperty column) =>
        (column.ClrType == typeof(string) || column.ClrType == typeof(byte[]) || (column.GetTypeMapping().Converter?.ProviderClrType == typeof(string)))
        && !(Nullable.GetUnderlyingType(column.ClrType) ?? column.ClrType).IsEnum;

    static IEnumerable<Type> Rows<TContext>(PersonalRows<TContext> rows)
        where TContext : DbContext => rows.Tables.Select(table => table.Row);

    static DbContextOptions<T> Options<T>()
        where T : DbContext => (DbContextOptions<T>)new DbContextOptionsBuilder<T>().UseBillingPostgres("Host=nowhere").Options;
}
