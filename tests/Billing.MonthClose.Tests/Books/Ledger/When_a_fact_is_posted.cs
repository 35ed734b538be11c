using Billing.Hosting.Identity;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Tests.Laws;
using Xunit;

namespace Billing.MonthClose.Tests.Books.Ledger;

public class When_a_fact_is_posted
{
    [Theory]    // earned, carried over, credit used -> owed, credit
    [InlineData(100, 0, 0, 100, 0)]
    [InlineData(100, 0, 30, 70, -30)]
    [InlineData(100, 5, 105, -5, -105)]
    [InlineData(-40, 0, 0, 0, 40)]
    [InlineData(-40, 50, 0, -40, 0)]
    [InlineData(-40, 15, 0, -15, 25)]
    [InlineData(0, 0, 0, 0, 0)]
    public void Should_balance_an_invoice_whatever_its_sign(int earned, int carried, int credit, int owed, int creditChange)
    {
        var posting = Posting.Of(Laws_of_credit_notes.Issued(earned + carried, "USD", credit: credit) with { Carried = carried }, default);
        Assert.Equal(0, posting.Entries.Sum(entry => entry.Amount));
        Assert.Equal((owed, creditChange), (posting.OwedChange, posting.CreditChange));
    }

    [Theory]    // money in, owed -> owed, credit
    [InlineData(100, 100, -100, 0)]
    [InlineData(100, 60, -60, 40)]
    [InlineData(100, 0, 0, 100)]
    [InlineData(100, -20, 0, 100)]
    public void Should_turn_what_is_more_than_owed_into_credit(int amount, int owed, int owedChange, int creditChange)
    {
        var posting = Posting.Of("p1", "acme", PaymentSpread.Over([], new Money(amount, "USD"), owed, default), default);
        Assert.Equal(0, posting.Entries.Sum(entry => entry.Amount));
        Assert.Equal((owedChange, creditChange), (posting.OwedChange, posting.CreditChange));
    }

    [Fact]
    public void Should_have_the_same_id_for_the_same_cause() =>
        Assert.Equal(
            Posting.OfCredit("c1", "acme", new Money(5, "USD"), default).Transaction.TransactionId,
            Posting.OfCredit("c1", "acme", new Money(7, "USD"), default).Transaction.TransactionId);

    [Fact]
    public void Should_begin_its_id_as_the_invoice_that_it_is_of_whenever_it_is_booked()
    {
        var invoice = Laws_of_credit_notes.Issued(100, "USD");
        var (early, late) = (Posting.Of(invoice, default), Posting.Of(invoice, DateTimeOffset.MaxValue));

        Assert.Equal(DeterministicGuid.BeginningOf(invoice.InvoiceId), DeterministicGuid.BeginningOf(early.Transaction.TransactionId));
        Assert.Equal(early.Transaction.TransactionId, late.Transaction.TransactionId);
        Assert.NotEqual(early.Transaction.TransactionId, Posting.OfVoid(invoice, default).Transaction.TransactionId);
    }

    [Fact]
    public void Should_have_the_same_id_for_a_cause_whichever_invoice_it_is_said_to_be_of_when_it_may_be_of_several() =>
        Assert.Equal(
            new LedgerCause("credit-use:1", "acme", Guid.NewGuid()).TransactionId,
            new LedgerCause("credit-use:1", "acme", Guid.NewGuid()).TransactionId);

    [Fact]
    public void Should_refuse_an_amount_that_nobody_rounded() =>
        Assert.Throws<InvalidOperationException>(() => Posting.OfCredit("c1", "acme", new Money(0.5m, "JPY"), default));

    [Fact]
    public void Should_refuse_two_currencies() =>
        Assert.Throws<InvalidOperationException>(() => Posting.Balanced(new LedgerCause("x:1", "acme"), default,
            (LedgerAccount.Cash, new Money(5, "USD")), (LedgerAccount.Receivable, new Money(-5, "EUR"))));
}
