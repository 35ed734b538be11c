using Billing.Cli.Importing;
using Billing.Cli.Tests.Sampling;
using Billing.Contracts.MonthClose.V1;

namespace Billing.Cli.Tests.Importing;

public sealed class When_a_focus_file_is_read
{
    const string Header =
        "SubAccountId,SubAccountName,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ChargeDescription,PricingQuantity,PricingUnit,ListUnitPrice,BilledCost,SkuId,ResourceId,ServiceName,Tags\n";
    const string Row =
        "sub-1,Research,USD,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,Usage,\"CPU, hours\",16.68342,Hours,0.0416,0.694030272,CPU-4,res-1,Compute,NULL\n";

    [Fact]
    public void Should_bring_the_billed_cost_to_the_last_digit()
    {
        var usage = Assert.Single(Read(Row)).Value!;
        Assert.Equal(("sub-1", 0.694030272m, "USD", "Usage"), (usage.AccountId, usage.Cost!.Value, usage.Currency, usage.Category));
        Assert.Equal(("CPU, hours", "CPU-4", "Compute", "res-1", 16.68342m),
            (usage.Description, usage.Sku, usage.ServiceName, usage.ResourceId, usage.Quantity));
        Assert.Null(usage.PriceCode);
        Assert.Equal(TimeSpan.FromDays(1), usage.EndedAt - usage.StartedAt);
    }

    [Fact]
    public void Should_take_null_for_nothing()
    {
        var usage =
            Assert.Single(Read("sub-1,NULL,USD,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,Credit,NULL,NULL,NULL,NULL,-1.5E-3,NULL,NULL,NULL,NULL\n")).Value!;
        Assert.Equal((-0.0015m, 0m), (usage.Cost!.Value, usage.Quantity));
        Assert.Equal((null, null, null, null), (usage.Description, usage.Sku, usage.ResourceId, usage.ServiceName));
    }

    [Fact]
    public void Should_give_the_same_ids_every_time_and_equal_rows_one_each()
    {
        var other = Row.Replace("0.694030272", "0.70", StringComparison.Ordinal);
        var first = Ids(Row + Row + other + Row);
        Assert.Equal(first, Ids(Row + Row + other + Row));
        Assert.Equal(4, first.Distinct().Count());
        Assert.Equal(Ids(Row + Row + Row).Order(), first.Where(id => id != first[2]).Order());
    }

    [Fact]
    public void Should_not_care_for_the_order_of_columns_or_for_tags()
    {
        var reordered = FocusFile.ReadUsage(new StringReader(
            "BilledCost,SubAccountId,SubAccountName,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ChargeDescription,PricingQuantity,PricingUnit,ListUnitPrice,SkuId,ResourceId,ServiceName,Tags,x_New\n" +
            "0.694030272,sub-1,Research,USD,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,Usage,\"CPU, hours\",16.68342,Hours,0.0416,CPU-4,res-1,Compute,\"{\"\"a\"\":1}\",7\n"));
        Assert.Equal(Ids(Row), reordered.Select(row => row.Value!.UsageId));
    }

    [Theory]
    [InlineData("NULL,N,USD,2026-10-01,2026-10-02,Usage,d,1,u,1,1,s,r,n,", "SubAccountId: 'NULL', expected the sub-account that pays")]
    [InlineData("sub-1,N,USD,2026-10-01,2026-10-02,Usage,d,1,u,1,NULL,s,r,n,", "BilledCost: empty, expected a number")]
    [InlineData("sub-1,N,USD,2026-10-01,2026-10-02,Usage,d,1,u,1,free,s,r,n,", "BilledCost: 'free', expected a number")]
    [InlineData("sub-1,N,USD,NULL,2026-10-02,Usage,d,1,u,1,1,s,r,n,", "ChargePeriodStart: empty, expected an instant")]
    [InlineData("sub-1,N,USD,2026-10-03,2026-10-02,Usage,d,1,u,1,1,s,r,n,", "ChargePeriodEnd: '2026-10-02T00:00:00Z', expected an instant not before")]
    [InlineData("sub-1,N,USD,2026-10-01,2026-10-02,Gift,d,1,u,1,1,s,r,n,", "ChargeCategory: 'Gift', expected Usage, Purchase")]
    [InlineData("/subscriptions/1,N,USD,2026-10-01,2026-10-02,Usage,d,1,u,1,1,s,r,n,", "SubAccountId: '/subscriptions/1', expected 1 to 64 letters")]
    public void Should_name_a_bad_field_by_its_column(string bad, string says)
    {
        var rows = Read(Row + bad + "\n" + Row);
        Assert.Equal([true, false, true], rows.Select(row => row.IsGood));
        Assert.Equal(3, rows[1].Line);
        Assert.Contains(rows[1].Faults, fault => fault.ToString().Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void Should_refuse_a_second_currency_of_one_sub_account()
    {
        var rows = Read(Row + Row.Replace("USD", "EUR", StringComparison.Ordinal));
        Assert.Equal("BillingCurrency: 'EUR', expected USD, as on line 2: an account has one currency", Assert.Single(rows[1].Faults).ToString());
    }

    [Fact]
    public void Should_find_each_sub_account_once()
    {
        var accounts = FocusFile.ReadAccounts(new StringReader(Header + Row + Row + Row.Replace("sub-1,Research", "sub-2,NULL", StringComparison.Ordinal)),
            "pm_ok_focus").ToList();
        Assert.Equal(
            [
                new RegisterAccount { AccountId = "sub-1", Name = "Research", Currency = "USD", PaymentMethod = "pm_ok_focus" },
                new RegisterAccount { AccountId = "sub-2", Name = "sub-2", Currency = "USD", PaymentMethod = "pm_ok_focus" }
            ], accounts);
    }

    [Fact]
    public void Should_read_the_whole_sample_file()
    {
        var path = Path.Combine(When_a_sample_month_is_made.SampleFolder(), "focus-1.0.csv");
        using var file = ImportFile.Open(path);
        var rows = FocusFile.ReadUsage(file).ToList();
        Assert.All(rows, row => Assert.Empty(row.Faults));
        Assert.Equal(66, rows.Select(row => row.Value!.UsageId).Distinct().Count());
        Assert.Equal(["USD", "EUR", "JPY"], rows.Select(row => row.Value!.Currency).Distinct());
        using var again = ImportFile.Open(path);
        Assert.Equal(4, FocusFile.ReadAccounts(again).Count());
        // Four sub-accounts with a promotional credit of -0.123456789012 each, kept to the last digit.
        Assert.Equal(-0.49382715604938m, rows.Where(row => row.Value!.Category == "Credit").Sum(row => row.Value!.Cost));
    }

    static List<ImportRow<UsageRecord>> Read(string rows) => [.. FocusFile.ReadUsage(new StringReader(Header + rows))];

    static List<string> Ids(string rows) => [.. Read(rows).Select(row => row.Value!.UsageId)];
}
