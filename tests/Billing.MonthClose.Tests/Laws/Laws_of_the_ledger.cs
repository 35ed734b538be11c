using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Correct.Corrections;
using Billing.MonthClose.Correct.Refunding;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Billing.MonthClose.Tests.Laws;

/// <summary>One account's books through any sequence of facts, each decided as the service decides it.</summary>
public class Laws_of_the_ledger
{
    /// <summary>What happens next: which fact, to which invoice, and how much of what is possible.</summary>
    sealed record Step(Fact Fact, int Which, decimal Share);

    enum Fact { Invoice, Charge, Pay, Grant, CreditNote, Refund, RefundFails, RefundSucceeds, Apply, Revoke, WriteOff, Void }

    static readonly Gen<Step> Steps =
        from fact in Gen.Elements(Enum.GetValues<Fact>())
        from which in Gen.Choose(0, 9)
        from share in Gen.Choose(1, 130)
        select new Step(fact, which, share / 100m);

    [Xunit.Fact]
    public void Balance_is_the_sum_of_its_entries_after_any_sequence_of_facts() =>
        Law.Holds(Steps.ListOf(), steps =>
        {
            var books = new Books();
            foreach (var step in steps)
            {
                books.Do(step);
                books.Check();
            }
        });

    [Xunit.Fact]
    public void A_charge_is_never_negative_and_never_more_than_was_expected_invoiced_or_owed() =>
        Law.Holds(from total in Law.Money(20000)
                  from credit in Law.Money(20000)
                  from paid in Law.Money(25000)
                  from expected in Law.Money(25000)
                  from owedElsewhere in Law.Money(5000)
                  from minimum in Law.Money(100)
                  select (total, credit: Math.Min(credit, total), paid, expected, owedElsewhere, minimum), one =>
        {
            var invoice = Laws_of_credit_notes.Issued(one.total, "USD", credit: one.credit);
            var part = Math.Min(one.paid, invoice.Open);
            invoice = part > 0 ? invoice.Pay(part, default) : invoice;
            var balance = new AccountBalance { AccountId = "acme", Currency = "USD", Owed = invoice.Open + one.owedElsewhere };
            if (one.expected > invoice.AmountDue)
                return;     // believed more than was invoiced: parked, by a test of its own
            var decision = ChargeDecision.Decide(new ChargeFacts
            {
                Expected = new ExpectedCharge(invoice.InvoiceId, "acme", one.expected, "USD", 0, default),
                Invoice = invoice,
                Balance = balance,
                Account = new Account { AccountId = "acme", Name = "Acme", Currency = "USD", TimeZone = "UTC", PaymentMethod = "pm" },
                Today = new DateOnly(2026, 11, 1),
                Now = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero),
                GatewayMinimum = one.minimum
            });
            if (decision is ChargeDecision.Ask ask)
                Assert.True(ask.Amount > 0 && ask.Amount >= one.minimum && ask.Amount <= one.expected && ask.Amount <= invoice.Open && ask.Amount <= balance.Owed);
            else
                Assert.True(Math.Min(invoice.Open, one.expected) < Math.Max(one.minimum, 0.01m));
        });

    sealed class Books
    {
        readonly List<Posting> _postings = [];
        readonly List<Invoice> _invoices = [];
        readonly Dictionary<Guid, Charge> _charges = [];
        readonly Dictionary<Guid, decimal> _credited = [];
        readonly List<Refund> _refunds = [];
        decimal _owed, _credit, _granted, _spent;

        public void Do(Step step)
        {
            var invoice = _invoices.Count == 0 ? null : _invoices[step.Which % _invoices.Count];
            switch (step.Fact)
            {
                case Fact.Invoice:
                    var total = Rounded(step.Share * 100 * (step.Which - 2));       // negative ones too
                    var used = Math.Clamp(_credit, 0, Math.Max(0, total));
                    var issued = Laws_of_credit_notes.Issued(total, "USD", $"INV-{_invoices.Count}", used);
                    _invoices.Add(issued);
                    _spent += used;
                    Post(Posting.Of(issued, default));
                    if (total > 0 && used < total)
                        Assert.Equal(0, _credit);     // credit is used first
                    break;
                case Fact.Charge when invoice is { Open: > 0 } && !_charges.ContainsKey(invoice.InvoiceId):
                    var charge = ChargeOf(invoice, Math.Min(Math.Max(0.01m, Rounded(invoice.Open * step.Share)), invoice.Open));
                    // another payment came while the gateway thought: what is too much becomes credit
                    if (step.Which > 6)
                        Pay(invoice, Rounded(invoice.Open * 0.7m));
                    var now = Now(invoice);
                    var settles = Math.Min(charge.Amount, now.Open);
                    _charges[invoice.InvoiceId] = charge;
                    if (settles > 0)
                        Set(now.Pay(settles, default));
                    Post(Posting.Of(charge, settles, default));
                    break;
                case Fact.Pay:
                    Pay(invoice, Rounded(step.Share * 70));
                    break;
                case Fact.Grant:
                    _granted += Rounded(step.Share * 30);
                    Post(Posting.OfCredit(Guid.NewGuid().ToString(), "acme", Usd(Rounded(step.Share * 30)), default));
                    break;
                case Fact.CreditNote when invoice is { Total: > 0 }:
                    Credit(invoice, Math.Max(0.01m, Rounded(invoice.Total * step.Share)), step.Which % 2 == 0);
                    break;
                case Fact.Refund when invoice is not null:
                    var paid = _charges.GetValueOrDefault(invoice.InvoiceId);
                    var amount = Math.Max(0.01m, Rounded(step.Share * 20));
                    if (RefundDecision.Decide(invoice, amount, paid, UnderWay(paid), _credit, step: 0.01m) is null)
                    {
                        _spent += amount;
                        Post(Posting.Of(Promise(paid!, amount), default));
                    }

                    break;
                case Fact.RefundFails or Fact.RefundSucceeds when _refunds.Find(refund => refund.IsOpen) is { } open:
                    var succeeds = step.Fact == Fact.RefundSucceeds;
                    _refunds[_refunds.IndexOf(open)] = open with { State = succeeds ? RefundState.Succeeded : RefundState.Failed };
                    if (!succeeds)
                        _charges[open.InvoiceId] = _charges[open.InvoiceId] with { Refunded = _charges[open.InvoiceId].Refunded - open.Amount };
                    Post(succeeds ? Posting.OfPaid(open, default)
                        : Posting.OfFailed(open, default));
                    break;
                case Fact.Apply when invoice is not null:
                    var applied = Math.Max(0.01m, Rounded(invoice.Owed * step.Share));
                    if (VoidDecision.Apply(invoice, applied, null, _credit) is null)
                    {
                        _spent += applied;
                        Set(invoice.Reduce(applied, default) with { CreditUsedLater = invoice.CreditUsedLater + applied });
                        Post(Posting.OfCreditUse(Guid.NewGuid(), invoice, Usd(applied), default));
                    }

                    break;
                case Fact.Revoke:
                    var revoked = Math.Max(0.01m, Rounded(step.Share * 20));
                    if (VoidDecision.Revoke(revoked, "USD", Math.Max(0, _granted - _spent), _credit) is null)
                    {
                        _granted -= revoked;
                        Post(Posting.OfRevocation(Guid.NewGuid(), "acme", Usd(revoked), default));
                    }

                    break;
                case Fact.WriteOff when invoice is not null && VoidDecision.WriteOff(invoice, invoice.Owed, null) is null:
                    Set(invoice with { Status = InvoiceStatus.WrittenOff, WrittenOff = invoice.Owed, AmountReduced = invoice.AmountReduced + invoice.Owed });
                    Post(Posting.OfWriteOff(invoice, Usd(invoice.Owed), default));
                    break;
                case Fact.Void when invoice is not null && invoice.Status != InvoiceStatus.Voided
                    && VoidDecision.Void(invoice, invoice.Total, null, _credited.ContainsKey(invoice.InvoiceId), _credit) is null:
                    Set(invoice with { Status = InvoiceStatus.Voided });
                    Post(Posting.OfVoid(invoice, default));
                    break;
            }
        }

        /// <summary>What every fact must leave behind.</summary>
        public void Check()
        {
            var entries = _postings.SelectMany(posting => posting.Entries).ToList();
            Assert.Equal(0, entries.Sum(entry => entry.Amount));
            Assert.All(_postings, posting => Assert.Equal(0, posting.Entries.Sum(entry => entry.Amount)));
            Assert.Equal(entries.Where(entry => entry.Account == LedgerAccount.Receivable).Sum(entry => entry.Amount), _owed);
            Assert.Equal(-entries.Where(entry => entry.Account == LedgerAccount.CustomerCredit).Sum(entry => entry.Amount), _credit);
            Assert.Equal(_invoices.Sum(invoice => invoice.Owed), _owed);
            Assert.True(_owed >= 0 && _credit >= 0);
            Assert.All(_invoices, invoice => Assert.True(invoice.Outstanding >= 0 && invoice.Recovered <= invoice.WrittenOff));
            Assert.All(_charges.Values, charge =>
            {
                Assert.True(charge.Refunded >= 0 && charge.Refunded <= charge.Amount);
                Assert.Equal(charge.Refunded, _refunds.Where(refund => refund.ChargeId == charge.ChargeId && refund.State != RefundState.Failed).Sum(refund => refund.Amount));
                Assert.True(_refunds.Count(refund => refund.ChargeId == charge.ChargeId && refund.IsOpen) <= 1);
            });
            Assert.Equal(-_refunds.Where(refund => refund.IsOpen).Sum(refund => refund.Amount), entries.Where(entry => entry.Account == LedgerAccount.RefundsDue).Sum(entry => entry.Amount));
        }

        void Credit(Invoice invoice, decimal amount, bool refund)
        {
            var charge = _charges.GetValueOrDefault(invoice.InvoiceId);
            var excess = amount - Math.Min(amount, invoice.Owed);
            var back = refund ? Math.Min(excess, charge?.Refundable ?? 0) : 0;
            var decision = CreditNoteDecision.Decide(new CreditNoteFacts
            {
                Invoice = invoice,
                Amount = amount,
                Left = [new LinePart(1, invoice.Total - _credited.GetValueOrDefault(invoice.InvoiceId))],
                Refund = refund ? back : null,
                AccountCredit = refund ? excess - back : null,
                Refundable = charge?.Refundable ?? 0,
                RefundUnderWay = UnderWay(charge)
            });
            if (decision is not CreditNoteDecision.Issue issue)
                return;
            _credited[invoice.InvoiceId] = _credited.GetValueOrDefault(invoice.InvoiceId) + amount;
            Set(invoice.Reduce(issue.Reduced, default));
            if (issue.Refund > 0)
                Promise(charge!, issue.Refund);
            Post(Posting.Of(new CreditNote
            {
                CreditNoteId = Guid.NewGuid(),
                SenderId = "n",
                Number = "CRN-1",
                InvoiceId = invoice.InvoiceId,
                AccountId = "acme",
                Currency = "USD",
                Amount = amount,
                Reduced = issue.Reduced,
                Refund = issue.Refund,
                AccountCredit = issue.AccountCredit,
                Outside = issue.Outside,
                Reason = "",
                IssuedAt = default
            }, default));
        }

        void Pay(Invoice? named, decimal amount)
        {
            if (amount <= 0)
                return;
            var open = _invoices.Where(one => one.InvoiceId == named?.InvoiceId).Concat(_invoices.Where(one => one.Status == InvoiceStatus.Open && one.InvoiceId != named?.InvoiceId))
                .Where(one => one.Status is InvoiceStatus.WrittenOff or InvoiceStatus.Open).ToList();
            var spread = PaymentSpread.Over(open, Usd(amount), _owed, default);
            foreach (var part in spread.Parts)
                Set(part.After);
            Post(Posting.Of(Guid.NewGuid().ToString(), "acme", spread, default));
        }

        Refund Promise(Charge charge, decimal amount)
        {
            var refund = new Refund
            {
                RefundId = Guid.NewGuid(),
                SenderId = "r",
                ChargeId = charge.ChargeId,
                InvoiceId = charge.InvoiceId,
                AccountId = "acme",
                Amount = amount,
                Currency = "USD",
                Reason = "",
                State = RefundState.Pending,
                ChargeReference = "",
                CreatedAt = default
            };
            _refunds.Add(refund);
            _charges[charge.InvoiceId] = charge with { Refunded = charge.Refunded + amount };
            return refund;
        }

        bool UnderWay(Charge? charge) => charge is not null && _refunds.Exists(refund => refund.ChargeId == charge.ChargeId && refund.IsOpen);

        Invoice Now(Invoice invoice) => _invoices.Find(one => one.InvoiceId == invoice.InvoiceId)!;

        void Set(Invoice invoice) => _invoices[_invoices.FindIndex(one => one.InvoiceId == invoice.InvoiceId)] = invoice;

        void Post(Posting posting)
        {
            _postings.Add(posting);
            (_owed, _credit) = (_owed + posting.OwedChange, _credit + posting.CreditChange);
        }

        static Charge ChargeOf(Invoice invoice, decimal amount) => new()
        {
            ChargeId = Guid.NewGuid(),
            InvoiceId = invoice.InvoiceId,
            AccountId = "acme",
            Period = 202610,
            Attempt = 1,
            Amount = amount,
            Currency = "USD",
            PaymentMethod = "pm",
            State = ChargeState.Succeeded,
            CreatedAt = default
        };

        static decimal Rounded(decimal amount) => Math.Round(amount, 2);

        static Money Usd(decimal amount) => new(amount, "USD");
    }
}
