using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Taxes;
using Billing.MonthClose.Correct.Corrections;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Billing.MonthClose.Tests.Laws;

public class Laws_of_taxes
{
    sealed record Line(string Currency, decimal Amount, decimal Rate, bool Inclusive, int[] Shares);

    static readonly Gen<Line> Lines =
        from currency in Gen.Elements("USD", "JPY", "KWD")
        from minor in Gen.Choose(-100_000, 100_000)
        where minor != 0
        from rate in Gen.Choose(0, 300_000)
        from inclusive in Gen.Elements(true, false)
        from shares in Gen.Choose(0, 100).NonEmptyListOf()
        select new Line(currency, minor / Law.Scale(Currencies.DecimalsOf(currency)), rate / 1_000_000m, inclusive, [.. shares]);

    [Fact]
    public void A_tax_has_the_sign_of_its_line_and_no_more_decimals_than_the_currency_and_net_and_tax_are_the_gross() =>
        Law.Holds(Lines, line =>
        {
            var tax = TaxOf(line);
            Assert.True(Currencies.IsWhole(tax.Tax, line.Currency));
            Assert.True(tax.Tax == 0 || Math.Sign(tax.Tax) == Math.Sign(line.Amount));
            var gross = line.Amount + tax.Added;
            Assert.True(Math.Abs((gross - tax.Tax) * line.Rate - tax.Tax) <= 1m / Law.Scale(Currencies.DecimalsOf(line.Currency)));
            Assert.Equal(line.Inclusive ? line.Amount : line.Amount + tax.Tax, gross);
        });

    [Fact]
    public void Credit_notes_give_back_no_more_tax_than_was_asked_for_and_with_the_last_of_a_line_the_last_of_its_tax() =>
        Law.Holds(Lines, line =>
        {
            var tax = TaxOf(line);
            var gross = line.Amount + tax.Added;
            var credited = new CreditedSoFar(1, gross, tax.Tax, 0, 0);
            foreach (var share in line.Shares)
                credited = Take(credited, Currencies.Round(credited.Left.Amount * share / 100, line.Currency));
            credited = Take(credited, credited.Left.Amount);
            Assert.Equal((gross, tax.Tax), (credited.TakenGross, credited.TakenTax));

            CreditedSoFar Take(CreditedSoFar before, decimal part)
            {
                var back = before.TaxOf(part, line.Currency);
                Assert.True(Currencies.IsWhole(back, line.Currency));
                Assert.True(back == 0 || Math.Sign(back) == Math.Sign(gross));
                Assert.True(Math.Abs(back) <= Math.Abs(part));
                Assert.True(Math.Abs(before.TakenTax + back) <= Math.Abs(tax.Tax));
                return before with { TakenGross = before.TakenGross + part, TakenTax = before.TakenTax + back };
            }
        });

    static LineTax TaxOf(Line line)
    {
        var rate = new TaxRate { Country = "DE", Category = "standard", Name = "a rate", Rate = line.Rate, Inclusive = line.Inclusive, ValidFrom = default, SetAt = default };
        return Assert.Single(new TaxTable([rate]).Decide(new TaxRequest("a", line.Currency, new TaxParticulars("DE"), [new TaxableLine("standard", default, line.Amount)])).Lines);
    }
}
