using Billing.Hosting.Personal;
using Billing.Hosting.Restoring;
using Billing.Limits;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Brakes;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Histories;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Letters;
using Billing.MonthClose.Books.Papers;
using Billing.MonthClose.Books.Payments;
using Billing.MonthClose.Books.Previews;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Books.Seats;
using Billing.MonthClose.Books.Taxes;
using Billing.MonthClose.Books.Usage;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Collect.Mailing;
using Billing.MonthClose.Collect.Webhooks;
using Billing.MonthClose.Correct.Corrections;
using Billing.MonthClose.Look.Certifying;
using Billing.MonthClose.Look.Reconciling;
using Billing.MonthClose.Look.Reporting;
using Billing.MonthClose.Migrations.SqlServer;
using Billing.Outbox;
using Billing.Persistence.Postgres;
using Billing.Persistence.SqlServer;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose;

/// <summary>Everything that this service owns. Each map stands beside its entity.</summary>
public abstract class MonthCloseDbContext(DbContextOptions options) : DbContext(options)
{
    public const string InvoiceNumbers = "InvoiceNumber";
    public const string CreditNoteNumbers = "CreditNoteNumber";
    public const string ChunkNumbers = "ChunkNumber";

    /// <summary>Quantities, unit prices and rated costs are kept as they came: real cost files have 15 decimals and more.</summary>
    public const int FullPrecision = 38;
    public const int FullScale = 18;

    public DbSet<Account> Accounts => Set<Account>();
    public DbSet<PaymentMethodChange> PaymentMethodChanges => Set<PaymentMethodChange>();
    public DbSet<Price> Prices => Set<Price>();
    public DbSet<TaxRate> TaxRates => Set<TaxRate>();
    public DbSet<UsageEntry> Usage => Set<UsageEntry>();
    public DbSet<RejectedUsageEntry> RejectedUsage => Set<RejectedUsageEntry>();
    public DbSet<SeatLevel> SeatLevels => Set<SeatLevel>();
    public DbSet<Invoice> Invoices => Set<Invoice>();
    public DbSet<InvoiceLine> InvoiceLines => Set<InvoiceLine>();
    public DbSet<LedgerTransaction> LedgerTransactions => Set<LedgerTransaction>();
    public DbSet<LedgerEntry> LedgerEntries => Set<LedgerEntry>();
    public DbSet<LedgerMonth> LedgerMonths => Set<LedgerMonth>();
    public DbSet<LedgerSubtotal> LedgerSubtotals => Set<LedgerSubtotal>();
    public DbSet<AccountBalance> Balances => Set<AccountBalance>();
    public DbSet<Charge> Charges => Set<Charge>();
    public DbSet<ForgottenCharge> ForgottenCharges => Set<ForgottenCharge>();
    public DbSet<GatewayCall> GatewayCalls => Set<GatewayCall>();
    public DbSet<GatewayEvent> GatewayEvents => Set<GatewayEvent>();
    public DbSet<PaymentAllocation> PaymentAllocations => Set<PaymentAllocation>();
    public DbSet<DunningPlan> DunningPlans => Set<DunningPlan>();
    public DbSet<Hold> Holds => Set<Hold>();
    public DbSet<Letter> Letters => Set<Letter>();
    public DbSet<Seller> Sellers => Set<Seller>();
    public DbSet<KeptPaper> Papers => Set<KeptPaper>();
    public DbSet<RunState> Runs => Set<RunState>();
    public DbSet<ChunkState> Chunks => Set<ChunkState>();
    public DbSet<AccountClose> AccountCloses => Set<AccountClose>();
    public DbSet<Brake> Brakes => Set<Brake>();
    public DbSet<ChunkChange> ChunkChanges => Set<ChunkChange>();
    public DbSet<CloseTally> CloseTallies => Set<CloseTally>();
    public DbSet<MoneyTally> MoneyTallies => Set<MoneyTally>();
    public DbSet<CollectionState> Collections => Set<CollectionState>();
    public DbSet<ChargeInquiryState> ChargeInquiries => Set<ChargeInquiryState>();
    public DbSet<Correction> Corrections => Set<Correction>();
    public DbSet<CreditNote> CreditNotes => Set<CreditNote>();
    public DbSet<CreditNoteLine> CreditNoteLines => Set<CreditNoteLine>();
    public DbSet<Refund> Refunds => Set<Refund>();
    public DbSet<Dispute> Disputes => Set<Dispute>();
    public DbSet<Drift> Drifts => Set<Drift>();
    public DbSet<ReconciliationPass> ReconciliationPasses => Set<ReconciliationPass>();
    public DbSet<AuditEntry> Audit => Set<AuditEntry>();
    public DbSet<RunPreview> Previews => Set<RunPreview>();
    public DbSet<PreviewedAccount> PreviewedAccounts => Set<PreviewedAccount>();
    public DbSet<RunCertificate> Certificates => Set<RunCertificate>();
    public DbSet<RunReport> Reports => Set<RunReport>();
    public DbSet<SagaEntry> SagaEntries => Set<SagaEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasSequence<long>(InvoiceNumbers);
        modelBuilder.HasSequence<long>(CreditNoteNumbers);
        modelBuilder.HasSequence<long>(ChunkNumbers);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(MonthCloseDbContext).Assembly);
        foreach (ISagaClassMap saga in new ISagaClassMap[] { new RunStateMap(), new ChunkStateMap(), new CollectionStateMap(), new ChargeInquiryStateMap() })
            saga.Configure(modelBuilder);
        modelBuilder.AddErasedContacts();
        modelBuilder.AddPermits();
        modelBuilder.AddRestorations();
        modelBuilder.AddTransactionalOutboxEntities();
        modelBuilder.AddDueMessageIndex();
    }
}

public sealed class PostgresMonthCloseDbContext(DbContextOptions<PostgresMonthCloseDbContext> options) : MonthCloseDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.CompareOrdinally();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        LeaveRoomForChanges(modelBuilder);
        // A chunk's messages are long: the server's own way to compress them costs more than to write them.
        modelBuilder.Entity<OutboxMessage>().Property(message => message.Body).UseCompressionMethod("lz4");
        // PostgreSQL's numeric keeps exactly the digits it was given, when it is not told how many.
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties())
            .Where(property => property.GetPrecision() == FullPrecision))
        {
            property.SetColumnType("numeric");
            property.SetPrecision(null);
            property.SetScale(null);
        }
    }

    /// <summary>
    /// Rows that change several times in a month, in columns without an index: with room on its page, a change touches no index, and what it leaves is cleared
    /// away by whoever reads the page next.
    /// </summary>
    static void LeaveRoomForChanges(ModelBuilder model)
    {
        model.Entity<AccountClose>().HasStorageParameter("fillfactor", 40);
        model.Entity<AccountBalance>().HasStorageParameter("fillfactor", 50);
        model.Entity<Account>().HasStorageParameter("fillfactor", 70);
    }
}


public sealed class SqlServerMonthCloseDbContext(DbContextOptions<SqlServerMonthCloseDbContext> options) : MonthCloseDbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.CompareOrdinally();
        foreach (var table in modelBuilder.Model.GetEntityTypes().Where(entity => TallyTriggers.Names.ContainsKey(entity.GetTableName() ?? "")).ToList())
            modelBuilder.Entity(table.ClrType).ToTable(mapped => mapped.HasTrigger(TallyTriggers.Names[table.GetTableName()!]));
    }
}
