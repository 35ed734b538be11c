using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Collect.Mailing;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Explaining;

/// <param name="Moments">In no order.</param>
/// <param name="SubjectIds">What the audit trail knows these things by.</param>
sealed record History(IReadOnlyList<Moment> Moments, IReadOnlyCollection<string> SubjectIds);

/// <summary>What happened around an invoice: its close, its charges, its collection, its letters, its holds.</summary>
sealed class MomentReader(MonthCloseDbContext db)
{
    const int Most = ExplanationReader.Most;

    public async Task<History> ReadAsync(Invoice invoice, Account account, IReadOnlyList<LedgerTransaction> booked, CancellationToken cancellationToken)
    {
        var id = invoice.InvoiceId;
        var money = new Money(invoice.Currency);
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.CorrelationId == invoice.RunId, cancellationToken);
        var charges = await db.Charges.AsNoTracking().Where(charge => charge.InvoiceId == id).OrderBy(charge => charge.CreatedAt).Take(Most)
            .ToListAsync(cancellationToken);
        var letters = await db.Letters.AsNoTracking().Where(letter => letter.InvoiceId == id).OrderBy(letter => letter.AskedAt)
            .ThenBy(letter => letter.Template).Take(Most).ToListAsync(cancellationToken);
        var holds = await db.Holds.AsNoTracking().Where(hold => hold.InvoiceId == id || (hold.AccountId == account.AccountId && hold.ByHand))
            .ToListAsync(cancellationToken);
        var plan = await db.DunningPlans.AsNoTracking().SingleOrDefaultAsync(plan => plan.InvoiceId == id, cancellationToken);
        var collection = await db.Collections.AsNoTracking().SingleOrDefaultAsync(one => one.CorrelationId == id, cancellationToken);
        var owedBefore = await OwedAsync(account.AccountId, charges, cancellationToken);
        var subjects = new List<string> { $"{id}", invoice.Number };

        var moments = new List<Moment>
        {
            new(invoice.IssuedAt, "invoice", $"{invoice.Number} issued over {money.Of(invoice.Total)}: credit used {money.Of(invoice.CreditApplied)}, to be "
                + $"paid {money.Of(invoice.AmountDue)}") { Rank = 1 }
        };
        moments.AddRange(await CorrectionsAsync(invoice, money, subjects, cancellationToken));
        if (run is not null)
            moments.Add(new Moment(run.StartedAt, "close", $"the close of {run.PeriodText} "
                + $"began{(run.RequestedBy is { Length: > 0 } who ? $", asked for by {who}" : "")}; it keeps price list {run.PriceVersion}"));
        moments.AddRange(charges.SelectMany(charge => Of(charge, money,
            $"expected {money.Of(Math.Max(0, invoice.AmountDue - PaidBefore(charge, charges)))}, the account owed "
                + $"{money.Of(owedBefore[charge.ChargeId])}; charge {charge.ChargeId}")));
        subjects.AddRange(charges.Select(charge => $"{charge.ChargeId}"));
        moments.AddRange(booked.Where(transaction => !transaction.Cause.StartsWith("invoice:", StringComparison.Ordinal)
            && !transaction.Cause.StartsWith("charge:", StringComparison.Ordinal))
            .Select(transaction => new Moment(transaction.At, transaction.Cause.StartsWith("payment:", StringComparison.Ordinal) ? "payment" : "correction",
                $"{transaction.Cause} is booked (see the ledger)")
            { Rank = 4 }));
        if (plan is not null)
            moments.Add(new Moment(plan.StartedAt, "dunning",
                $"its collection began by the policy \"{plan.Policy.Name}\": tries {string.Join(", ", plan.Policy.RetryAfterDays)} days after each refusal "
                    + $"at {plan.Policy.RetryAt:HH\\:mm} in {account.TimeZone}, then hold")
            { Rank = 5 });
        moments.AddRange(letters.Select(letter => new Moment(letter.AskedAt, "letter", $"\"{letter.Template}\" was asked for"
            + (letter.NextTry is { } next ? $", naming {Zones.DayOf(next, account.TimeZone):yyyy-MM-dd} for the next try" : ""))
        { Rank = 6 }));
        moments.AddRange(holds.SelectMany(Of));
        subjects.AddRange(holds.Select(hold => $"{hold.InvoiceId}"));
        var calls = await db.GatewayCalls.AsNoTracking().Where(call => call.AccountId == account.AccountId && call.InvoiceId == id
            && call.AskedAt >= invoice.IssuedAt)
            .OrderBy(call => call.AskedAt).Take(Most).ToListAsync(cancellationToken);
        moments.AddRange(calls.Select(call => new Moment(call.AskedAt, "gateway", CallText(call)) { Rank = 3 }));

        if (invoice.PaidAt is { } paid)
            moments.Add(new Moment(paid, "invoice", $"{invoice.Number} is paid") { Rank = 5 });
        if (collection is { Reason: { } reason, CurrentState: var state, StartedAt: var since })
            moments.Add(new Moment(charges.Count > 0 ? charges.Max(charge => charge.AnsweredAt ?? charge.CreatedAt) : since ?? invoice.IssuedAt, "dunning",
                $"its collection stands still ({state}): {reason}")
            { Rank = 8 });
        return new History(moments, subjects);
    }

    async Task<IEnumerable<Moment>> CorrectionsAsync(Invoice invoice, Money money, List<string> subjects, CancellationToken cancellationToken)
    {
        var id = invoice.InvoiceId;
        var notes = await db.CreditNotes.AsNoTracking().Where(note => note.InvoiceId == id).OrderBy(note => note.IssuedAt).Take(Most)
            .ToListAsync(cancellationToken);
        var refunds = await db.Refunds.AsNoTracking().Where(refund => refund.InvoiceId == id).OrderBy(refund => refund.CreatedAt).Take(Most)
            .ToListAsync(cancellationToken);
        subjects.AddRange(notes.Select(note => $"{note.CreditNoteId}"));
        subjects.AddRange(refunds.Select(refund => $"{refund.RefundId}"));
        return notes.Select(note => new Moment(note.IssuedAt, "correction", $"credit note {note.Number} over {money.Of(note.Amount)}: {note.Reason}",
                $"less to pay {money.Of(note.Reduced)}, given back {money.Of(note.Refund)}, account credit {money.Of(note.AccountCredit)}, outside "
                    + $"{money.Of(note.Outside)}")
        { Rank = 4 })
            .Concat(refunds.Select(refund => new Moment(refund.CreatedAt, "correction", $"refund of {money.Of(refund.Amount)}: {refund.Reason}; "
                + $"{refund.State.ToString().ToLowerInvariant()}{(refund.Code is { } code ? $" ({code})" : "")}",
                $"refund {refund.RefundId} of charge {refund.ChargeId}")
            { Rank = 5 }));
    }

    static IEnumerable<Moment> Of(Charge charge, Money money, string basis)
    {
        yield return new Moment(charge.CreatedAt, "charge", Decision(charge, money), basis) { Rank = 3 };
        if (charge is { AnsweredAt: { } answered })
            yield return new Moment(answered, "charge", Outcome(charge, money)) { Rank = 4 };
    }

    static IEnumerable<Moment> Of(Hold hold)
    {
        yield return new Moment(hold.HeldAt, "hold", $"the account was put on hold{(hold.ByHand ? $" by {hold.PlacedBy}" : "")}: {hold.Reason}") { Rank = 5 };
        if (hold.LiftedAt is { } lifted)
            yield return new Moment(lifted, "hold", $"the hold was lifted{(hold.LiftedBy is { } who ? $" by {who}" : "")}") { Rank = 7 };
    }

    public async Task<IReadOnlyList<string>> PlannedAsync(Guid invoiceId, string timeZone, CancellationToken cancellationToken)
    {
        var plan = await db.DunningPlans.AsNoTracking().SingleOrDefaultAsync(plan => plan.InvoiceId == invoiceId, cancellationToken);
        var collection = await db.Collections.AsNoTracking().SingleOrDefaultAsync(one => one.CorrelationId == invoiceId, cancellationToken);
        return plan is null || collection is not { CurrentState: nameof(Collection.Dunning) or nameof(Collection.AwaitingPayment), DueAt: { } due } ? []
            : [.. plan.Policy.Planned(collection.Attempt, due, timeZone)
                .Select(one => $"{one.At.UtcDateTime:yyyy-MM-dd HH:mm}  attempt {one.Attempt}; if it is refused: {IfRefused(one.IfRefused)}")];
    }

    /// <summary>What the account owed when each charge was decided, by the ledger: one query for all of them.</summary>
    async Task<Dictionary<Guid, decimal>> OwedAsync(string accountId, List<Charge> charges, CancellationToken cancellationToken)
    {
        if (charges.Count == 0)
            return [];
        var first = charges.Min(charge => charge.CreatedAt);
        var receivable = from entry in db.LedgerEntries
                         join transaction in db.LedgerTransactions on entry.TransactionId equals transaction.TransactionId
                         where transaction.AccountId == accountId && entry.Account == LedgerAccount.Receivable
                         select new { transaction.At, entry.Amount };
        var before = await receivable.Where(entry => entry.At <= first).SumAsync(entry => (decimal?)entry.Amount, cancellationToken) ?? 0;
        var since = await receivable.Where(entry => entry.At > first).OrderBy(entry => entry.At).Take(10 * Most).ToListAsync(cancellationToken);
        return charges.ToDictionary(charge => charge.ChargeId, charge => before + since.Where(entry => entry.At < charge.CreatedAt).Sum(entry => entry.Amount));
    }

    static string CallText(GatewayCall call) =>
        $"{Asked(call.Kind)}: "
        + call.Answer + (call.Code is { } code ? $" {code}" : "") + (call.HttpStatus is { } status ? $", HTTP {status}" : "")
        + (call.RequestId is { } request ? $", its request {request}" : "") + (call.Tries > 1 ? $", {call.Tries} requests" : "");

    static decimal PaidBefore(Charge charge, List<Charge> charges) =>
        charges.Where(other => other.State == ChargeState.Succeeded && other.AnsweredAt < charge.CreatedAt).Sum(other => other.Amount);

    static string Decision(Charge charge, Money money) =>
        charge.State == ChargeState.Skipped ? $"nothing was charged: {charge.Code}"
        : $"{Who(charge)}: {(charge.PaymentMethod is { } method ? $"charge {money.Of(charge.Amount)} to {method}"
            : $"{money.Of(charge.Amount)} are due, and there is no payment method")}"
            + (charge.Reduced ? ", less than was expected, because no more is owed" : "")
            + (charge.Drift > 0 ? $"; the account owed {money.Of(charge.Drift)} more than the invoice, which was reported and not charged" : "");

    static string Who(Charge charge) => charge.Origin switch
    {
        ChargeOrigin.Close => $"attempt {charge.Attempt}, by the close",
        ChargeOrigin.Retry => $"attempt {charge.Attempt}, by the plan",
        ChargeOrigin.NewMethod => charge.Uncounted ? "an extra try with the new payment method"
            : $"attempt {charge.Attempt} of a new plan, with the new payment method",
        _ => "an extra try, asked for by a person"
    };

    static string Outcome(Charge charge, Money money) => charge.State switch
    {
        ChargeState.Succeeded => $"{money.Of(charge.Amount)} were taken ({charge.GatewayReference})",
        ChargeState.Failed => $"refused: {charge.Code}{(charge.Uncounted ? "; it uses up no attempt" : "")}",
        ChargeState.Unknown => "no answer: nobody knows whether the money was taken; the gateway is asked",
        _ => charge.State.ToString()
    };

    readonly record struct Money(string Currency)
    {
        public string Of(decimal amount) => $"{ExplanationReader.Amount(amount, Currency)} {Currency}";
    }

    static string IfRefused(OverdueState state) => state switch
    {
        OverdueState.Reminded => "a reminder",
        OverdueState.ChangesBlocked => "changes are blocked",
        _ => "the account goes on hold"
    };

    static string Asked(GatewayCallKind kind) => kind switch
    {
        GatewayCallKind.Charge => "asked for the money",
        GatewayCallKind.Look => "asked what became of the charge",
        GatewayCallKind.Refund => "asked to give money back",
        GatewayCallKind.RefundLook => "asked what became of the refund",
        _ => "the gateway told us by itself"
    };
}
