using Billing.Contracts;
using Billing.MonthClose.Books.Accounts;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Ledger;

/// <summary>The accounts of the books, seen from our side. A debit is positive, a credit negative.</summary>
public static class LedgerAccount
{
    /// <summary>What customers owe us.</summary>
    public const string Receivable = "receivable";

    /// <summary>What we earned; a credit, so negative.</summary>
    public const string Revenue = "revenue";

    /// <summary>Tax that customers were asked for and that we owe to the state; a credit, so negative.</summary>
    public const string TaxPayable = "tax-payable";

    /// <summary>Money that came in.</summary>
    public const string Cash = "cash";

    /// <summary>What we owe customers: credit granted and overpayments; a credit, so negative.</summary>
    public const string CustomerCredit = "customer-credit";

    /// <summary>What granted credit costs us.</summary>
    public const string CreditGranted = "credit-granted";

    /// <summary>What credit notes took back of what we had earned, without tax.</summary>
    public const string CreditNotes = "credit-notes";

    /// <summary>What we promised to give back by the gateway and it has not given yet; a credit, so negative.</summary>
    public const string RefundsDue = "refunds-due";

    /// <summary>What a person gives back by another way; a credit, so negative.</summary>
    public const string PaidOutside = "paid-outside";

    /// <summary>What customers' banks took back, and have not given again.</summary>
    public const string Disputed = "disputed";

    /// <summary>What was written off.</summary>
    public const string BadDebt = "bad-debt";

    /// <summary>What came in of it after all; a credit, so negative.</summary>
    public const string Recovered = "recovered";
}

/// <summary>A fact in the books: a balanced set of entries, appended and never changed. A correction is a new set.</summary>
public sealed class LedgerTransaction
{
    public required Guid TransactionId { get; init; }
    public required string AccountId { get; init; }

    /// <summary>What happened, such as <c>invoice:…</c> or <c>charge:…</c>. The id follows from it, so one cause is booked once, for ever.</summary>
    public required string Cause { get; init; }

    /// <summary>The invoice that it is about, if any.</summary>
    public Guid? InvoiceId { get; init; }

    /// <summary>ISO 4217; all entries of a transaction are in it.</summary>
    public required string Currency { get; init; }

    public required DateTimeOffset At { get; init; }
}

public sealed class LedgerEntry
{
    public required Guid TransactionId { get; init; }
    public required int Position { get; init; }

    /// <summary>One of <see cref="LedgerAccount"/>.</summary>
    public required string Account { get; init; }

    public required string AccountId { get; init; }
    public required string Currency { get; init; }

    /// <summary>Debit positive, credit negative, in the currency's major unit.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Month of the calendar, UTC, in which it was booked, as 202610. Whatever an entry is about, a month that is over gets no more of them.</summary>
    public int Month { get; set; }
}

/// <summary>
/// Where an account stands, kept in the transaction of each entry: always the sum of its entries. Its row lock is the account's one lock:
/// whoever moves an account's money holds it.
/// </summary>
[RowsChange(nameof(Owed), nameof(Credit))]
public sealed class AccountBalance
{
    public required string AccountId { get; init; }
    public required string Currency { get; init; }

    /// <summary>Sum of the receivable entries: what the customer owes.</summary>
    public decimal Owed { get; set; }

    /// <summary>Sum of the customer-credit entries with the sign turned: what the customer may still use.</summary>
    public decimal Credit { get; set; }
}

sealed class LedgerTransactionMap : IEntityTypeConfiguration<LedgerTransaction>
{
    public void Configure(EntityTypeBuilder<LedgerTransaction> transaction)
    {
        transaction.ToTable("LedgerTransaction");
        transaction.HasKey(x => x.TransactionId);   // follows from the cause: one cause, one transaction
        transaction.Property(x => x.TransactionId).ValueGeneratedNever();
        transaction.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        transaction.Property(x => x.Cause).HasMaxLength(160);
        transaction.Property(x => x.Currency).HasMaxLength(3);
        transaction.HasIndex(x => x.AccountId);
        transaction.HasIndex(x => x.InvoiceId);
    }
}

sealed class LedgerEntryMap : IEntityTypeConfiguration<LedgerEntry>
{
    public void Configure(EntityTypeBuilder<LedgerEntry> entry)
    {
        entry.ToTable("LedgerEntry");
        entry.HasKey(x => new { x.TransactionId, x.Position });
        entry.Property(x => x.Account).HasMaxLength(32);
        entry.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        entry.Property(x => x.Currency).HasMaxLength(3);
        entry.Property(x => x.Amount).HasPrecision(19, 4);
        entry.HasIndex(x => new { x.Month, x.AccountId });  // what came since a month was reconciled, however much there was before
    }
}

sealed class AccountBalanceMap : IEntityTypeConfiguration<AccountBalance>
{
    public void Configure(EntityTypeBuilder<AccountBalance> balance)
    {
        balance.ToTable("AccountBalance");
        balance.HasKey(x => x.AccountId);
        balance.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        balance.Property(x => x.Currency).HasMaxLength(3);
        balance.Property(x => x.Owed).HasPrecision(19, 4);
        balance.Property(x => x.Credit).HasPrecision(19, 4);
    }
}
