using Billing.MonthClose;
using Billing.MonthClose.Books.Charges;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Billing.Simulation.Database;

/// <summary>What a transaction has done so far.</summary>
enum Reading
{
    Nothing,

    /// <summary>It has read accounts, and means to write what follows from them.</summary>
    Accounts,

    /// <summary>It has written.</summary>
    Over
}

/// <summary>A context that knows what its open transaction consumes.</summary>
interface IConsumingContext
{
    /// <summary>Null outside of a consumer.</summary>
    InboxKey? Consumes { get; set; }
}

/// <summary>The service's own model on SQLite: the same tables, keys and unique indexes. Sequences are counted by the simulator.</summary>
sealed class SqliteMonthCloseDbContext(DbContextOptions<SqliteMonthCloseDbContext> options) : MonthCloseDbContext(options), IConsumingContext
{
    /// <summary>Told when what was begun last is over, and whether it was committed. Contexts are used again, so it is told once.</summary>
    public Action<bool>? TransactionEnds { get; set; }

    public bool HasCommitted { get; set; }

    public InboxKey? Consumes { get; set; }

    /// <summary>How far the open transaction is, where others may come between.</summary>
    public Reading Reads { get; set; }

    public override async ValueTask DisposeAsync()
    {
        var (ends, committed) = (TransactionEnds, HasCommitted);
        (TransactionEnds, HasCommitted) = (null, false);
        await base.DisposeAsync();
        ends?.Invoke(committed);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Instants>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        foreach (var sequence in modelBuilder.Model.GetSequences().ToList())
            modelBuilder.Model.RemoveSequence(sequence.Name, sequence.Schema);
        // decimals are text in SQLite, and as texts 5 is more than 10
        modelBuilder.Entity<Charge>().ToTable(table => table.HasCheckConstraint("NoMoreRefundedThanCharged",
            "CAST(\"Refunded\" AS REAL) >= 0 AND CAST(\"Refunded\" AS REAL) <= CAST(\"Amount\" AS REAL)"));
    }

    /// <summary>SQLite has no type for instants; as ticks in UTC they can be compared and ordered.</summary>
    sealed class Instants() : ValueConverter<DateTimeOffset, long>(at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
