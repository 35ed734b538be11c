using Billing.MonthClose.Books.Ledger;
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
        var posting = Posting.OfInvoice(Guid.NewGuid(), "acme", "USD", earned, carried, credit, default);
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
        var posting = Posting.OfPayment("p1", "acme", "USD", amount, owed, default);
        Assert.Equal(0, posting.Entries.Sum(entry => entry.Amount));
        Assert.Equal((owedChange, creditChange), (posting.OwedChange, posting.CreditChange));
    }

    [Fact]
    public void Should_have_the_same_id_for_the_same_cause() =>
        Assert.Equal(
            Posting.OfCredit("c1", "acme", "USD", 5, default).Transaction.TransactionId,
            Posting.OfCredit("c1", "acme", "USD", 7, default).Transaction.TransactionId);

    [Fact]
    public void Should_refuse_an_amount_that_nobody_rounded() =>
        Assert.Throws<InvalidOperationException>(() => Posting.OfCredit("c1", "acme", "JPY", 0.5m, default));
}
