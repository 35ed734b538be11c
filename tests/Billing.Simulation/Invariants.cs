using System.Text.Json;
using Billing.MonthClose;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Histories;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Letters;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Look.Replaying;
using Billing.Simulation.Gateway;
using Billing.Simulation.World;
using Microsoft.EntityFrameworkCore;

namespace Billing.Simulation;

/// <summary>What was sent to a customer.</summary>
sealed record SentLetter(Guid NotificationId, string Template, string Invoice);

/// <summary>What must be true whatever happened.</summary>
static class Invariants
{
    /// <returns>What is wrong, in words; none when nothing is.</returns>
    public static async Task<List<string>> BrokenAsync(MonthCloseDbContext db, ModelGateway gateway, IReadOnlyCollection<SentLetter> letters,
        Commands commands)
    {
        var wrong = new List<string>();
        var books = await Books.ReadAsync(db);
        wrong.AddRange(OneInvoice(books));
        wrong.AddRange(OneCharge(books));
        wrong.AddRange(MoneyOnce(books, gateway.Payments));
        wrong.AddRange(BackOnce(books, gateway));
        wrong.AddRange(Balanced(books));
        wrong.AddRange(Taxed(books));
        wrong.AddRange(OneLetter(books, letters));
        wrong.AddRange(AllEnded(books));
        wrong.AddRange(Held(books));
        wrong.AddRange(await ReplayedAsync(db, books));
        wrong.AddRange(commands.Obeyed.Where(one => !Effects.IsSeen(books, one.Command, one.Key))
            .Select(one => $"I6: {one.Command} {one.Key} was neither refused nor obeyed"));
        return wrong;
    }

    /// <summary>Each saga is what its messages made of it.</summary>
    static async Task<IEnumerable<string>> ReplayedAsync(MonthCloseDbContext db, Books books)
    {
        var replay = new SagaReplay(db);
        var chunks = await db.Chunks.Select(chunk => chunk.CorrelationId).ToListAsync();
        return [
            .. Told("run", await replay.OfManyAsync<RunState>(books.Runs.Select(run => run.CorrelationId), CancellationToken.None)),
            .. Told("chunk", await replay.OfManyAsync<ChunkState>(chunks, CancellationToken.None)),
            .. Told("collection", await replay.OfManyAsync<CollectionState>(books.Collections.Select(one => one.CorrelationId), CancellationToken.None)),
            .. Told("inquiry", await replay.OfManyAsync<ChargeInquiryState>(books.Inquiries.Select(one => one.CorrelationId), CancellationToken.None))
        ];

        static IEnumerable<string> Told(string name, IReadOnlyDictionary<Guid, Replayed> replayed) =>
            replayed.Values.SelectMany(one => one.Differences).Select(difference => $"I10: a {name} is not what its messages made of it: {difference}");
    }

    /// <returns>What is wrong of that which must be true at any time.</returns>
    public static async Task<List<string>> BrokenMeanwhileAsync(MonthCloseDbContext db, ModelGateway gateway)
    {
        var books = await Books.ReadAsync(db);
        return [.. OneInvoice(books), .. OneCharge(books), .. Balanced(books), .. Taxed(books), .. TakenOnce(books, gateway.Payments)];
    }

    static IEnumerable<string> OneInvoice(Books books) =>
        books.Invoices.Where(invoice => invoice.Status != InvoiceStatus.Voided).GroupBy(invoice => (invoice.AccountId, invoice.Period))
            .Where(same => same.Count() > 1).Select(same => $"I1: account {same.Key.AccountId} has {same.Count()} invoices of {same.Key.Period}");

    /// <summary>No invoice is charged twice at a time, and none is collected twice.</summary>
    static IEnumerable<string> OneCharge(Books books)
    {
        foreach (var same in books.Charges.GroupBy(charge => charge.InvoiceId))
        {
            if (same.Count(charge => charge.State is ChargeState.Pending or ChargeState.Unknown) is > 1 and var open)
                yield return $"I2: an invoice of {same.First().AccountId} has {open} charges that are open";
            if (same.Count(charge => charge.State == ChargeState.Succeeded) is > 1 and var succeeded)
                yield return $"I2: an invoice of {same.First().AccountId} has {succeeded} charges that succeeded";
        }
    }

    /// <summary>What the gateway took is what the books say, and it took it once for each invoice.</summary>
    static IEnumerable<string> MoneyOnce(Books books, IReadOnlyList<ModelPayment> payments)
    {
        var charges = books.Charges.ToDictionary(charge => charge.ChargeId);
        var taken = payments.Where(payment => payment.TookMoney).ToList();
        foreach (var payment in taken.Where(payment => !charges.ContainsKey(payment.ChargeId)))
            yield return $"I2: {payment.Reference} took money for a charge that is not in the books";
        foreach (var twice in TakenOnce(books, payments))
            yield return twice;
        // a charge whose last look was in vain waits for a person, who was called
        var waiting = books.Inquiries.Where(inquiry => inquiry.CurrentState == nameof(ChargeInquiry.Unresolved)).Select(inquiry => inquiry.CorrelationId)
            .ToHashSet();
        foreach (var payment in taken.Where(payment => charges.TryGetValue(payment.ChargeId, out var charge) && charge.State != ChargeState.Succeeded
            && !waiting.Contains(charge.ChargeId)))
            yield return $"I2: {payment.Reference} took {payment.Amount} of {payment.AccountId}, and its charge is {charges[payment.ChargeId].State}";
        foreach (var charge in books.Charges.Where(charge => charge.State == ChargeState.Succeeded
            && !taken.Exists(payment => payment.ChargeId == charge.ChargeId && payment.Amount == charge.Amount)))
            yield return $"I2: a charge of {charge.AccountId} over {charge.Amount} succeeded in the books, and the gateway took nothing for it";
        foreach (var charge in books.Charges.Where(charge => charge.State == ChargeState.Succeeded))
        {
            var booked = books.Transactions.Where(transaction => transaction.Cause == $"charge:{charge.ChargeId}")
                .Sum(transaction => books.Entries.Where(entry => entry.TransactionId == transaction.TransactionId && entry.Account == LedgerAccount.Cash)
                    .Sum(entry => entry.Amount));
            if (booked != charge.Amount)
                yield return $"I2: a charge of {charge.AccountId} took {charge.Amount}, and the ledger has {booked} for it";
        }
    }

    static IEnumerable<string> TakenOnce(Books books, IReadOnlyList<ModelPayment> payments)
    {
        var invoices = books.Charges.ToDictionary(charge => charge.ChargeId, charge => charge.InvoiceId);
        return payments.Where(payment => payment.TookMoney && invoices.ContainsKey(payment.ChargeId)).GroupBy(payment => invoices[payment.ChargeId])
            .Where(same => same.Count() > 1)
            .Select(same => $"I2: the money of an invoice of {same.First().AccountId} was taken {same.Count()} times");
    }

    /// <summary>What went back, went back once, and the books know it, unless only an event could have told them.</summary>
    static IEnumerable<string> BackOnce(Books books, ModelGateway gateway)
    {
        foreach (var same in gateway.Refunds.Where(made => made is { GaveMoney: true, RefundId: not null }).GroupBy(made => made.RefundId)
            .Where(same => same.Count() > 1))
            yield return $"I2: a refund of {same.First().Payment.AccountId} was given {same.Count()} times";
        foreach (var made in gateway.Refunds.Where(made => made is { GaveMoney: true, RefundId: not null }
            && !books.Refunds.Exists(refund => refund.RefundId == made.RefundId && refund.State is RefundState.Succeeded or RefundState.Unknown)))
            yield return $"I2: {made.Reference} gave {made.Amount} to {made.Payment.AccountId}, and the books do not say so";
        foreach (var refund in books.Refunds.Where(refund => refund.State == RefundState.Succeeded
            && !gateway.Refunds.Any(made => made.GaveMoney && made.Reference == refund.GatewayReference && made.Amount == refund.Amount)))
            yield return $"I2: a refund of {refund.AccountId} over {refund.Amount} succeeded in the books, and the gateway gave nothing";
        foreach (var dispute in books.Disputes.Where(dispute => !gateway.Disputes.Any(made => made.Reference == dispute.DisputeId
            && (made.IsWon || dispute.State == DisputeState.Withdrawn))))
            yield return $"I2: {dispute.DisputeId} of {dispute.AccountId} is {dispute.State} in the books, and not at the gateway";
        foreach (var refund in books.Refunds.Where(refund => refund.State == RefundState.Pending))
            yield return $"I5: a refund of {refund.AccountId} stands still, {refund.State}";
        var back = books.Refunds.Where(refund => refund.State == RefundState.Succeeded).Sum(refund => refund.Amount)
            + books.Disputes.Where(dispute => dispute.State == DisputeState.Withdrawn).Sum(dispute => dispute.Amount);
        var booked = -books.Transactions.Where(transaction => transaction.Cause.StartsWith("refund", StringComparison.Ordinal)
            || transaction.Cause.StartsWith("dispute", StringComparison.Ordinal))
            .Sum(transaction => books.Entries.Where(entry => entry.TransactionId == transaction.TransactionId && entry.Account == LedgerAccount.Cash)
                .Sum(entry => entry.Amount));
        if (back != booked)
            yield return $"I2: {back} went back, and the ledger has {booked}";
    }

    static IEnumerable<string> Balanced(Books books)
    {
        foreach (var transaction in books.Entries.GroupBy(entry => entry.TransactionId).Where(one => one.Sum(entry => entry.Amount) != 0))
            yield return $"I3: debits and credits of {transaction.Key} differ by {transaction.Sum(entry => entry.Amount)}";
        foreach (var balance in books.Balances)
        {
            var entries = books.Entries.Where(entry => entry.AccountId == balance.AccountId).ToList();
            var owed = entries.Where(entry => entry.Account == LedgerAccount.Receivable).Sum(entry => entry.Amount);
            var credit = -entries.Where(entry => entry.Account == LedgerAccount.CustomerCredit).Sum(entry => entry.Amount);
            if (balance.Owed != owed || balance.Credit != credit)
                yield return $"I3: the balance of {balance.AccountId} is {balance.Owed} and {balance.Credit}, its entries make {owed} and {credit}";
            var open = books.Invoices.Where(invoice => invoice.AccountId == balance.AccountId).Sum(invoice => invoice.Owed);
            if (open != owed)
                yield return $"I3: {balance.AccountId} owes {owed}, and its invoices have {open} open";
        }
    }

    /// <summary>The lines are the invoice, and the taxes of the invoices without what credit notes took back are what the ledger owes to the state.</summary>
    static IEnumerable<string> Taxed(Books books)
    {
        var lines = books.Lines.ToLookup(line => line.InvoiceId);
        foreach (var invoice in books.Invoices)
        {
            var (total, tax) = (lines[invoice.InvoiceId].Sum(line => line.Gross), lines[invoice.InvoiceId].Sum(line => line.Tax));
            if (total != invoice.Total || tax != invoice.Tax)
                yield return $"I9: {invoice.Number} is {invoice.Total} with tax of {invoice.Tax}, its lines make {total} and {tax}";
        }

        foreach (var account in books.Balances.Select(balance => balance.AccountId))
        {
            var tax = books.Invoices.Where(invoice => invoice.AccountId == account && invoice.Status != InvoiceStatus.Voided).Sum(invoice => invoice.Tax)
                - books.CreditNotes.Where(note => note.AccountId == account).Sum(note => note.Tax);
            var booked = -books.Entries.Where(entry => entry.AccountId == account && entry.Account == LedgerAccount.TaxPayable).Sum(entry => entry.Amount);
            if (tax != booked)
                yield return $"I9: the taxes of {account} are {tax}, and the ledger has {booked}";
        }
    }

    static IEnumerable<string> OneLetter(Books books, IReadOnlyCollection<SentLetter> letters)
    {
        var different = letters.DistinctBy(letter => letter.NotificationId).ToList();
        foreach (var same in different.Where(letter => letter.Template is "invoice" or "receipt").GroupBy(letter => (letter.Invoice, letter.Template))
            .Where(same => same.Count() > 1))
            yield return $"I4: {same.Count()} letters {same.Key.Template} of {same.Key.Invoice}";
        foreach (var invoice in books.Invoices.Where(invoice => books.Closes.Exists(
            close => close.InvoiceId == invoice.InvoiceId && close.Step == CloseStep.Closed)))
        {
            if (!different.Exists(letter => letter.Template == "invoice" && letter.Invoice == invoice.Number))
                yield return $"I4: nobody was sent {invoice.Number}";
            foreach (var charge in books.Charges.Where(charge => charge.InvoiceId == invoice.InvoiceId && charge.State == ChargeState.Succeeded))
            {
                var credited = CreditedBy(books, charge);
                if (credited < charge.Amount && invoice.Status != InvoiceStatus.WrittenOff && !Has(Letter.Receipt))
                    yield return $"I4: the charge of {invoice.Number} went through, and nobody was sent a receipt";
                if (credited > 0 && !Has(Letter.PaymentCredited))
                    yield return $"I4: {credited} too much was taken for {invoice.Number}, and nobody was told";
            }

            bool Has(string template) => different.Exists(letter => letter.Template == template && letter.Invoice == invoice.Number);
        }
    }

    /// <summary>How much of a charge the ledger has as the customer's credit, because less was open.</summary>
    static decimal CreditedBy(Books books, Charge charge) => books.Transactions.Where(transaction => transaction.Cause == $"charge:{charge.ChargeId}")
        .Sum(transaction => -books.Entries.Where(entry => entry.TransactionId == transaction.TransactionId && entry.Account == LedgerAccount.CustomerCredit)
            .Sum(entry => entry.Amount));

    /// <summary>All timers have run out, so whatever has not ended waits for a person who was called.</summary>
    static IEnumerable<string> AllEnded(Books books)
    {
        if (books.Runs.Count != 1)
            yield return $"I5: there are {books.Runs.Count} runs";
        foreach (var run in books.Runs.Where(run => run.CurrentState is not (nameof(MonthCloseRun.Succeeded) or nameof(MonthCloseRun.Completed)
            or nameof(MonthCloseRun.Cancelled))))
            yield return $"I5: the run stands still in {run.CurrentState}: {run.HaltReason}";
        foreach (var close in books.Closes.Where(close => close.Step is not (CloseStep.Closed or CloseStep.Cancelled or CloseStep.Parked)
            || (close.Step == CloseStep.Parked && close.ReasonCode is null)))
            yield return $"I5: the close of {close.AccountId} stands still in {close.Step}";
        foreach (var collection in books.Collections.Where(one => one.CurrentState is nameof(Collection.Dunning) or nameof(Collection.Charging)
            or nameof(Collection.AwaitingPayment) or "Initial"
            || (one is { CurrentState: nameof(Collection.NeedsAttention) or nameof(Collection.Waiting), Reason: null })))
            yield return $"I5: a collection of {collection.AccountId} stands still in {collection.CurrentState} until {collection.DueAt:u}";
        foreach (var inquiry in books.Inquiries.Where(one => one.CurrentState is not (nameof(ChargeInquiry.Known) or nameof(ChargeInquiry.Unresolved))))
            yield return $"I5: an inquiry of {inquiry.AccountId} stands still in {inquiry.CurrentState}";
        foreach (var charge in books.Charges.Where(charge => charge.State == ChargeState.Pending || (charge.State == ChargeState.Unknown
            && !books.Inquiries.Exists(one => one.CorrelationId == charge.ChargeId && one.CurrentState == nameof(ChargeInquiry.Unresolved)))))
            yield return $"I5: a charge of {charge.AccountId} stands still, {charge.State}";
        foreach (var invoice in books.Invoices)
        {
            var collection = books.Collections.Find(one => one.CorrelationId == invoice.InvoiceId);
            var isOver = collection?.CurrentState is nameof(Collection.Paid) or nameof(Collection.CarriedOver) or nameof(Collection.Ended);
            if (invoice.Open > 0 && isOver)
                yield return $"I5: {invoice.Number} has {invoice.Open} open, and its collection is {collection!.CurrentState}";
            if (invoice.Open == 0 && collection is not null && !isOver)
                yield return $"I5: nothing is open of {invoice.Number}, and its collection is {collection.CurrentState}";
            if (invoice.Open > 0 && collection is null && books.Closes.Exists(close => close.InvoiceId == invoice.InvoiceId && close.Step == CloseStep.Closed
                && close.Outcome != CloseOutcome.AlreadyPaid) && books.Accounts.Exists(one => one.AccountId == invoice.AccountId && one.ChargesOff is null))
                yield return $"I5: {invoice.Number} has {invoice.Open} open, and nobody collects it";
        }
    }

    static IEnumerable<string> Held(Books books)
    {
        foreach (var hold in books.Holds.Where(hold => hold is { LiftedAt: null, ByHand: false }
            && books.Invoices.Exists(invoice => invoice.InvoiceId == hold.InvoiceId && invoice.Open == 0 && invoice.Status != InvoiceStatus.WrittenOff)))
            yield return $"I8: {hold.AccountId} is on hold for an invoice of which nothing is open";
        foreach (var collection in books.Collections.Where(one => one.CurrentState == nameof(Collection.OnHold)
            && !books.Holds.Exists(hold => hold.InvoiceId == one.CorrelationId && (hold.LiftedAt is null || hold.LiftedBy is not null))))
            yield return $"I8: the collection of {collection.AccountId} is on hold, and the account is not";
        foreach (var plan in books.Plans.Where(plan => plan.Overdue == OverdueState.Suspended
            && !books.Holds.Exists(hold => hold.InvoiceId == plan.InvoiceId && (hold.LiftedAt is null || hold.LiftedBy is not null))))
            yield return $"I8: the plan of {plan.AccountId} says suspended, and there is no hold";
    }

    /// <summary>
    /// Where all that is above is true, the reconciler finds what only an event of the gateway could have told, and repairs it; and what waits for a person
    /// who was called. Whatever else it finds is a mistake of its own, or of this list.
    /// </summary>
    public static async Task<List<string>> DriftsAsync(MonthCloseDbContext db)
    {
        var passes = await db.ReconciliationPasses.AsNoTracking().ToListAsync();
        var waiting = await db.ChargeInquiries.Where(one => one.CurrentState == nameof(ChargeInquiry.Unresolved)).Select(one => $"{one.CorrelationId}").ToListAsync();
        var drifts = await db.Drifts.AsNoTracking().ToListAsync();
        return [
            .. passes.Count == 0 ? ["I11: the reconciler walked nothing"] : (IEnumerable<string>)[],
            .. passes.Where(pass => pass.Incomplete.Length > 0).Select(pass => $"I11: the reconciler could not compare all: {pass.Incomplete}"),
            .. drifts.Where(drift => !IsExpected(drift)).Select(drift => $"I11: the reconciler finds {drift.Class} of {drift.AccountId}, {drift.State}: {drift.Detail}")
        ];

        bool IsExpected(Drift drift) => drift.Class switch
        {
            DriftClass.RefundNotBooked or DriftClass.DisputeNotBooked => drift.State is DriftState.Repaired or DriftState.Gone,
            DriftClass.CapturedNotBooked => waiting.Contains(drift.Subject),
            DriftClass.ChargeUnresolved or DriftClass.RefundUnresolved => true,
            _ => false
        };
    }

    public static IEnumerable<SentLetter> LettersIn(string envelope)
    {
        using var json = JsonDocument.Parse(envelope);
        foreach (var email in json.RootElement.GetProperty("message").GetProperty("emails").EnumerateArray())
            yield return new SentLetter(email.GetProperty("notificationId").GetGuid(), email.GetProperty("template").GetString()!,
                email.GetProperty("values").GetProperty("number").GetString()!);
    }
}
