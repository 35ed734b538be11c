using Billing.MonthClose;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Correct.Corrections;
using Microsoft.EntityFrameworkCore;

namespace Billing.Simulation;

/// <summary>All that the service has written down.</summary>
sealed record Books
{
    public required List<Account> Accounts { get; init; }
    public required List<Invoice> Invoices { get; init; }
    public required List<InvoiceLine> Lines { get; init; }
    public required List<CreditNote> CreditNotes { get; init; }
    public required List<Charge> Charges { get; init; }
    public required List<LedgerTransaction> Transactions { get; init; }
    public required List<LedgerEntry> Entries { get; init; }
    public required List<AccountBalance> Balances { get; init; }
    public required List<RunState> Runs { get; init; }
    public required List<AccountClose> Closes { get; init; }
    public required List<CollectionState> Collections { get; init; }
    public required List<ChargeInquiryState> Inquiries { get; init; }
    public required List<Hold> Holds { get; init; }
    public required List<DunningPlan> Plans { get; init; }
    public required HashSet<string> Corrections { get; init; }
    public required HashSet<string> MethodChanges { get; init; }
    public required HashSet<string> Usage { get; init; }
    public required List<Refund> Refunds { get; init; }
    public required List<Dispute> Disputes { get; init; }

    public static async Task<Books> ReadAsync(MonthCloseDbContext db) => new()
    {
        Accounts = await db.Accounts.AsNoTracking().ToListAsync(),
        Invoices = await db.Invoices.AsNoTracking().OrderBy(one => one.Number).ToListAsync(),
        Lines = await db.InvoiceLines.AsNoTracking().ToListAsync(),
        CreditNotes = await db.CreditNotes.AsNoTracking().ToListAsync(),
        Charges = await db.Charges.AsNoTracking().OrderBy(one => one.CreatedAt).ToListAsync(),
        Transactions = await db.LedgerTransactions.AsNoTracking().ToListAsync(),
        Entries = await db.LedgerEntries.AsNoTracking().ToListAsync(),
        Balances = await db.Balances.AsNoTracking().OrderBy(one => one.AccountId).ToListAsync(),
        Runs = await db.Runs.AsNoTracking().ToListAsync(),
        Closes = await db.AccountCloses.AsNoTracking().OrderBy(one => one.AccountId).ToListAsync(),
        Collections = await db.Collections.AsNoTracking().OrderBy(one => one.AccountId).ToListAsync(),
        Inquiries = await db.ChargeInquiries.AsNoTracking().OrderBy(one => one.AccountId).ToListAsync(),
        Holds = await db.Holds.AsNoTracking().OrderBy(one => one.AccountId).ToListAsync(),
        Plans = await db.DunningPlans.AsNoTracking().OrderBy(one => one.AccountId).ToListAsync(),
        Corrections = await db.Corrections.Select(one => one.SenderId).ToHashSetAsync(),
        MethodChanges = await db.PaymentMethodChanges.Select(one => one.ChangeId).ToHashSetAsync(),
        Usage = await db.Usage.Select(one => one.UsageId).ToHashSetAsync(),
        Refunds = await db.Refunds.AsNoTracking().ToListAsync(),
        Disputes = await db.Disputes.AsNoTracking().ToListAsync()
    };
}
