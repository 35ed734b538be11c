using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Closes;

/// <summary>
/// How many accounts of a run stand where, as one database connection has counted them; the sum over all connections is the number. Triggers of the database
/// write it in the transaction that moves the accounts, so no writer can forget it, and no writer waits for another. Who looks at a run reads some rows,
/// however many accounts it has.
/// </summary>
[RowsChange]
public sealed class CloseTally
{
    public required Guid RunId { get; init; }
    public required CloseStep Step { get; init; }

    /// <summary>The name of a <see cref="CloseOutcome"/>; empty while there is none.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why, while they are parked; empty at every other step.</summary>
    public required string ReasonCode { get; init; }

    /// <summary>The server process of the connection, or the session's number: no two transactions that run at a time have the same.</summary>
    public required int Writer { get; init; }

    /// <summary>May be negative: one connection takes an account in, and another moves it on.</summary>
    public required int Accounts { get; init; }

    /// <summary>The reason of one of those that were parked here, in words.</summary>
    public string? Reason { get; init; }
}

/// <summary>The money of a run in one currency, counted in the same way, in the currency's major unit. Voided invoices are not in it.</summary>
[RowsChange]
public sealed class MoneyTally
{
    public required Guid RunId { get; init; }
    public required string Currency { get; init; }

    /// <summary>What became of the account's close: <see cref="Parked"/>, the name of a <see cref="CloseOutcome"/>, or empty while there is none.</summary>
    public required string Close { get; init; }

    /// <summary>As in <see cref="CloseTally.Writer"/>.</summary>
    public required int Writer { get; init; }

    public required int Invoices { get; init; }
    public required decimal Invoiced { get; init; }

    /// <summary>The part of it that is tax.</summary>
    public required decimal Tax { get; init; }
    public required decimal CreditUsed { get; init; }
    public required decimal Collected { get; init; }
    public required decimal WrittenOff { get; init; }
    public required decimal Recovered { get; init; }

    /// <summary>Due, and on no later invoice.</summary>
    public required decimal Open { get; init; }

    /// <summary>Taken back by credit notes, on voided invoices too.</summary>
    public required decimal Credited { get; init; }

    /// <summary>Given back by the gateway, on voided invoices too.</summary>
    public required decimal Refunded { get; init; }

    public const string Parked = nameof(CloseStep.Parked);
}

sealed class CloseTallyMap : IEntityTypeConfiguration<CloseTally>
{
    public void Configure(EntityTypeBuilder<CloseTally> tally)
    {
        tally.ToTable("CloseTally");
        tally.HasKey(x => new { x.RunId, x.Step, x.Outcome, x.ReasonCode, x.Writer });
        tally.Property(x => x.Step).HasConversion<string>().HasMaxLength(16);
        tally.Property(x => x.Outcome).HasMaxLength(20);
        tally.Property(x => x.ReasonCode).HasMaxLength(64);
        tally.Property(x => x.Reason).HasMaxLength(1000);
    }
}

sealed class MoneyTallyMap : IEntityTypeConfiguration<MoneyTally>
{
    public void Configure(EntityTypeBuilder<MoneyTally> tally)
    {
        tally.ToTable("MoneyTally");
        tally.HasKey(x => new { x.RunId, x.Currency, x.Close, x.Writer });
        tally.Property(x => x.Currency).HasMaxLength(3);
        tally.Property(x => x.Close).HasMaxLength(20);
        tally.Property(x => x.Invoiced).HasPrecision(28, 4);
        tally.Property(x => x.Tax).HasPrecision(28, 4).HasDefaultValue(0m);
        tally.Property(x => x.CreditUsed).HasPrecision(28, 4);
        tally.Property(x => x.Collected).HasPrecision(28, 4);
        tally.Property(x => x.WrittenOff).HasPrecision(28, 4);
        tally.Property(x => x.Recovered).HasPrecision(28, 4);
        tally.Property(x => x.Open).HasPrecision(28, 4);
        tally.Property(x => x.Credited).HasPrecision(28, 4);
        tally.Property(x => x.Refunded).HasPrecision(28, 4);
    }
}
