using Billing.MonthClose;
using Billing.Persistence;
using Billing.Persistence.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Billing.Documents.Tests;

/// <summary>
/// What keeps the road of <c>docs/scale.md</c> open: a row of MonthClose belongs to an account, to a row that does, or to a run or everybody, so the accounts
/// can be dealt out over several databases. A new table is put under one of the three, here and there.
/// </summary>
public sealed class When_the_books_are_split
{
    /// <summary>By the key of a row of an account, which stands in their own.</summary>
    static readonly (string Table, string Key)[] Parts =
        [("CreditNoteLine", "CreditNoteId"), ("InvoiceLine", "InvoiceId"), ("Paper", "PaperId"), ("PaymentAllocation", "InvoiceId")];

    /// <summary>Each database would have its own part of these, or a copy.</summary>
    static readonly string[] OfARunOrOfAll =
    [
        "Brake", "Chunk", "ChunkChange", "CloseTally", "GatewayEvent", "LedgerMonth", "MoneyTally", "PermitHolder", "PermitLimit", "Price",
        "ReconciliationPass", "Restoration", "Run", "RunCertificate", "RunPreview", "RunReport", "SagaEntry", "Seller", "TaxRate"
    ];

    static readonly IReadOnlyList<IEntityType> Tables = [.. new PostgresMonthCloseDbContext((DbContextOptions<PostgresMonthCloseDbContext>)
            new DbContextOptionsBuilder<PostgresMonthCloseDbContext>().UseBillingPostgres("Host=nowhere").Options).Model.GetEntityTypes()
        .Where(type => type.GetTableName() is not null && (IsOurs(type) || !TransportRows.Are(type.ClrType)))];

    static bool IsOurs(IEntityType type) => type.ClrType.Namespace!.StartsWith("Billing.", StringComparison.Ordinal);

    [Fact]
    public void Should_know_whose_each_row_is()
    {
        Assert.Equal(Tables.Where(table => table.FindProperty("AccountId") is null).Select(table => table.GetTableName()!).Order(StringComparer.Ordinal),
            Parts.Select(part => part.Table).Concat(OfARunOrOfAll).Order(StringComparer.Ordinal));
        Assert.All(Parts, part => Assert.Contains(part.Key, KeyOf(part.Table)));
    }

    /// <summary>The counts of a run are kept by whoever writes them, and added up by who reads: a database more is a writer more.</summary>
    [Fact]
    public void Should_add_up_the_counts_of_a_run() => Assert.All((string[])["CloseTally", "MoneyTally"], table => Assert.Contains("Writer", KeyOf(table)));

    static IEnumerable<string> KeyOf(string table) =>
        Tables.Single(type => type.GetTableName() == table).FindPrimaryKey()!.Properties.Select(property => property.Name);
}
