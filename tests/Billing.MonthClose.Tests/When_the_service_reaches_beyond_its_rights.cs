using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Npgsql;
using Xunit;

namespace Billing.MonthClose.Tests;

/// <summary>The tables belong to another user than the one as whom the service works: whoever takes over the service has what it has, and no more.</summary>
public sealed class When_the_service_reaches_beyond_its_rights(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    const string Denied = PostgresErrorCodes.InsufficientPrivilege;

    [Theory]
    [InlineData("LedgerEntry")]
    [InlineData("LedgerTransaction")]
    [InlineData("LedgerSubtotal")]
    [InlineData("AuditEntry")]
    [InlineData("RunCertificate")]
    [InlineData("RunReport")]
    [InlineData("InvoiceLine")]
    [InlineData("CreditNote")]
    [InlineData("CreditNoteLine")]
    [InlineData("PaymentAllocation")]
    [InlineData("Usage")]
    [InlineData("GatewayCall")]
    [InlineData("Paper")]
    public async Task Should_change_and_delete_no_row_of_the_books(string table)
    {
        var column = (await house.ReadInAsync(
            $"select attname::text from pg_attribute where attrelid = '\"{table}\"'::regclass and attnum > 0 order by attnum limit 1"))[0];
        Assert.Equal(Denied, await RefusalAsync($"""update "{table}" set "{column}" = "{column}" """));
        Assert.Equal(Denied, await RefusalAsync($"""delete from "{table}" """));
        Assert.Equal(Denied, await RefusalAsync($"""truncate "{table}" """));
    }

    [Theory]
    [InlineData("""update "Invoice" set "Total" = 0""")]
    [InlineData("""update "Invoice" set "Number" = 'INV-1'""")]
    [InlineData("""delete from "Invoice" """)]
    [InlineData("""update "Charge" set "Amount" = 0""")]
    [InlineData("""update "Price" set "UnitPrice" = 0""")]
    public async Task Should_change_no_amount_that_was_issued(string statement) => Assert.Equal(Denied, await RefusalAsync(statement));

    [Theory]
    [InlineData("create table mine (id int)")]
    [InlineData("create temporary table mine (id int)")]
    [InlineData("create function mine() returns int language sql as 'select 1'")]
    [InlineData("create schema mine")]
    [InlineData("""drop table "LedgerEntry" """)]
    [InlineData("""drop trigger "TallyAddedInvoices" on "Invoice" """)]
    [InlineData("""alter table "LedgerEntry" disable trigger all""")]
    [InlineData("""alter table "LedgerEntry" owner to current_user""")]
    [InlineData("""delete from "__EFMigrationsHistory" """)]
    [InlineData("set session_replication_role = replica")]
    [InlineData("select setval('\"InvoiceNumber\"', 1)")]
    public async Task Should_make_change_and_drop_nothing(string statement) => Assert.Equal(Denied, await RefusalAsync(statement));

    [Fact]
    public async Task Should_not_enter_the_database_of_another_service()
    {
        await using var other = await TestDatabase.CreateAsync("seatrefresh");
        var intruder = new NpgsqlConnectionStringBuilder(house.Database.Service) { Database = other.Name };
        Assert.Equal(Denied, await RefusalAsync("select 1", intruder.ConnectionString));
    }

    [Fact]
    public async Task Should_be_refused_before_it_breaks_anything_else() => Assert.Null(await RefusalAsync("""select 1 from "LedgerEntry" """));

    async Task<string?> RefusalAsync(string statement, string? connectionString = null)
    {
        await using var connection = new NpgsqlConnection($"{connectionString ?? house.Database.Service};Pooling=false");
        try
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
            return null;
        }
        catch (PostgresException refused)
        {
            return refused.SqlState;
        }
    }
}
