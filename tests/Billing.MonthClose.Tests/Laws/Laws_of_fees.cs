using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Pricing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Billing.MonthClose.Tests.Laws;

public class Laws_of_fees
{
    static readonly BillingPeriod First = BillingPeriod.Parse("2026-01");

    /// <summary>What becomes of an account before each of its months is closed.</summary>
    sealed record Month(int Anchor, int Plan, bool Off);

    static readonly Gen<Month> AnyMonth =
        from anchor in Gen.Frequency((3, Gen.Constant(1)), (2, Gen.Choose(1, 31)))
        from plan in Gen.Choose(0, 2)
        from off in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Month(anchor, plan, off);

    [Fact]
    public void Billed_days_of_a_fee_tile_the_time_line_whatever_becomes_of_anchor_plan_price_and_month() =>
        Law.Holds(from months in AnyMonth.ListOf() from joined in Gen.Choose(0, 60) from knows in Gen.Elements(true, false) select (months: months.ToList(), joined, knows), one =>
        {
            var account = new Account
            {
                AccountId = "acme",
                Name = "Acme",
                Currency = "USD",
                TimeZone = "UTC",
                JoinedOn = one.knows ? First.FirstDay.AddDays(one.joined) : null
            };
            var (period, billed) = (First, new List<DaySpan>());
            foreach (var month in one.months.Append(new Month(1, 1, false)))
            {
                account = account with { AnchorDay = month.Anchor, FeePriceCode = $"plan-{month.Plan}", Tags = month.Off ? ControlTags.AutoInvoicingOff : ControlTags.None };
                var decision = InvoiceDecision.Decide(new InvoiceFacts
                {
                    Account = account,
                    Period = period,
                    FirstPeriod = First,
                    BilledThrough = account.InvoicedThrough,
                    Prices = Prices(month.Plan + 1)
                });
                billed.AddRange(decision.Lines.Select(line => line.Days));
                account = account with { FeeThrough = decision.FeeThrough, InvoicedThrough = decision.EndsPeriod ? period.Number : account.InvoicedThrough };
                period = period.Next;
            }

            for (var i = 1; i < billed.Count; i++)
                Assert.Equal(billed[i - 1].LastDay.AddDays(1), billed[i].FirstDay);
            if (account.JoinedOn is { } first && billed.Count > 0)
                Assert.Equal(first, billed[0].FirstDay);
            if (billed.Count > 0)
                Assert.Equal(period.Previous.LastDay, billed[^1].LastDay);      // the last month was closed with anchor day 1
        });

    static PriceBook Prices(decimal amount) => new(Enumerable.Range(0, 3).Select(plan => new Price
    {
        Version = plan + 1,
        PriceCode = $"plan-{plan}",
        Currency = "USD",
        Description = "a plan",
        Model = PriceModel.Unit,
        UnitPrice = amount,
        SetAt = default
    }));
}
