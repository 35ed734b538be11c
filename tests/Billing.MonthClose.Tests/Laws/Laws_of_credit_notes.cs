using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Correct.Corrections;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Billing.MonthClose.Tests.Laws;

public class Laws_of_credit_notes
{
    sealed record Case(string Currency, decimal[] Lines, decimal[] Parts, decimal Paid, bool ByLines, int Road);

    static readonly Gen<Case> Cases =
        from currency in Gen.Elements("USD", "JPY", "KWD")
        from lines in (from amount in Gen.Choose(0, 5000) from sign in Gen.Frequency((5, Gen.Constant(1m)), (1, Gen.Constant(-1m))) select amount * sign).NonEmptyListOf()
        where lines.Sum() > 0
        from parts in Gen.Choose(1, 120).Select(percent => percent / 100m).NonEmptyListOf()
        from paid in Gen.Choose(0, 100)
        from byLines in Gen.Elements(false, false, true)
        from road in Gen.Choose(0, 3)
        select new Case(currency, [.. lines.Select(line => line / Law.Scale(Currencies.DecimalsOf(currency)))], [.. parts], paid / 100m, byLines, road);

    [Fact]
    public void Reduced_and_refund_and_credit_and_outside_are_the_amount_and_so_are_the_lines_whatever_comes_before() =>
        Law.Holds(Cases, one =>
        {
            var invoice = Issued(one);
            var paid = Currencies.Round(invoice.Total * one.Paid, one.Currency);
            invoice = paid > 0 ? invoice.Pay(paid, default) : invoice;
            var left = one.Lines.Select((amount, i) => new LinePart(i + 1, amount)).ToList();
            var (credited, refundable) = (0m, paid);
            foreach (var share in one.Parts)
            {
                var amount = Currencies.Round(Math.Max(invoice.Total * share / one.Parts.Length * 2, 1m / Currencies.ToMinor(1, one.Currency)), one.Currency);
                var excess = amount - Math.Min(amount, invoice.Owed);
                var refund = one.Road == 0 ? 0 : Math.Min(excess, Currencies.Round(refundable / one.Road, one.Currency));
                var decision = CreditNoteDecision.Decide(new CreditNoteFacts
                {
                    Invoice = invoice,
                    Amount = amount,
                    Left = left,
                    Lines = one.ByLines ? [.. left.Where(line => line.Amount == amount).Take(1)] : null,
                    Refund = one.Road == 0 ? null : refund,
                    Outside = one.Road == 0 ? null : excess - refund,
                    Refundable = refundable
                });
                if (amount > invoice.Total - credited)
                    Assert.IsType<CreditNoteDecision.Refuse>(decision);     // never over the total, whatever was asked for
                if (decision is not CreditNoteDecision.Issue issue)
                    continue;
                Assert.Equal(amount, issue.Reduced + issue.Refund + issue.AccountCredit + issue.Outside);
                Assert.Equal(Math.Min(amount, invoice.Owed), issue.Reduced);
                Assert.Equal(amount, issue.Lines.Sum(line => line.Amount));
                Assert.All(issue.Lines, line => Assert.True(Currencies.IsWhole(line.Amount, one.Currency)));
                Assert.True(issue.Refund <= refundable && issue is { Refund: >= 0, AccountCredit: >= 0, Outside: >= 0 });

                invoice = invoice.Reduce(issue.Reduced, default);
                credited += amount;
                refundable -= issue.Refund;
                left = left.ConvertAll(line => line with { Amount = line.Amount - issue.Lines.Where(part => part.Position == line.Position).Sum(part => part.Amount) });
                Assert.All(left, line => Assert.True(line.Amount == 0 || Math.Sign(line.Amount) == Math.Sign(one.Lines[line.Position - 1])));     // no line is taken back beyond itself
            }

            Assert.True(credited <= invoice.Total && invoice.Owed >= 0 && invoice.Outstanding >= 0);
            Assert.Equal(invoice.Total - credited, left.Sum(line => line.Amount));
        });

    [Fact]
    public void A_split_that_misses_the_excess_by_one_minor_unit_is_refused() =>
        Law.Holds(Cases, one =>
        {
            var invoice = Issued(one);
            invoice = invoice.Pay(invoice.Total, default);
            var unit = 1m / Currencies.ToMinor(1, one.Currency);
            foreach (var off in new[] { unit, -unit })
                Assert.IsType<CreditNoteDecision.Refuse>(CreditNoteDecision.Decide(new CreditNoteFacts
                {
                    Invoice = invoice,
                    Amount = invoice.Total,
                    Left = [.. one.Lines.Select((amount, i) => new LinePart(i + 1, amount))],
                    AccountCredit = invoice.Total + off
                }));
        });

    internal static Invoice Issued(decimal total, string currency, string number = "INV-1", decimal credit = 0) => new()
    {
        InvoiceId = Guid.NewGuid(),
        Number = number,
        AccountId = "acme",
        Period = 202610,
        RunId = Guid.Empty,
        Currency = currency,
        FirstDay = new DateOnly(2026, 10, 1),
        LastDay = new DateOnly(2026, 10, 31),
        Total = total,
        Carried = 0,
        CreditApplied = credit,
        AmountDue = Math.Max(0, total) - credit,
        AmountPaid = 0,
        Status = Math.Max(0, total) > credit ? InvoiceStatus.Open : InvoiceStatus.Paid,
        IssuedAt = default,
        DueOn = default
    };

    static Invoice Issued(Case one) => Issued(one.Lines.Sum(), one.Currency);
}
