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
    [InlineData("sub\u200B1,N,USD,2026-10-01,2026-10-02,Usage,d,1,u,1,1,s,r,n,", "SubAccountId: 'sub\\u200b1', expected 1 to 256 printable characters")]
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

    [Theory]
    [InlineData("0.0000022337962962962964", "0.000002233796296296")]      // 22 decimals; the books hold 18
    [InlineData("12345678.9012345678901234567890123456", "12345678.901234567890123457")]
    [InlineData("-2.5E-18", "-0.000000000000000003")]
    [InlineData("1e-99999999999", "0")]
    [InlineData("1.000000000000000000000000000000000000E+8", "100000000")]
    public void Should_round_a_cost_only_where_the_books_hold_less(string told, string billed) =>
        Assert.Equal(decimal.Parse(billed, System.Globalization.CultureInfo.InvariantCulture),
            Assert.Single(Read(Row.Replace("0.694030272", told, StringComparison.Ordinal))).Value!.Cost);

    [Fact]
    public void Should_tell_a_quantity_of_thirty_decimals() =>
        Assert.Equal(0.123456789012m,
            Assert.Single(Read(Row.Replace("16.68342", "0.123456789012345678901234567890", StringComparison.Ordinal))).Value!.Quantity);

    [Fact]
    public void Should_bill_what_belongs_to_no_sub_account_to_the_billing_account()
    {
        const string Tax = "BillingAccountId,BillingAccountName," + Header
            + "bill-1,Holding,NULL,NULL,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Tax,VAT,NULL,NULL,NULL,19.00,NULL,NULL,NULL,NULL\n"
            + "bill-1,Holding," + Row;
        Assert.Equal([("bill-1", 19.00m), ("sub-1", 0.694030272m)],
            FocusFile.ReadUsage(new StringReader(Tax)).Select(row => (row.Value!.AccountId, row.Value!.Cost!.Value)));
        Assert.Equal([("bill-1", "Holding"), ("sub-1", "Research")],
            FocusFile.ReadAccounts(new StringReader(Tax)).Select(account => (account.AccountId, account.Name)));
    }

    [Fact]
    public void Should_bill_10_and_not_20_when_a_spreadsheet_has_saved_the_file_again()
    {
        var delivered = Read(Row.Replace("0.694030272", "10.00000000000", StringComparison.Ordinal) + Row.Replace("0.694030272", "0.0000022337962962962964", StringComparison.Ordinal));
        var saved = Read(
            Row.Replace("0.694030272", "10", StringComparison.Ordinal).Replace("NULL", "", StringComparison.Ordinal).Replace("T00:00:00Z", " 00:00:00", StringComparison.Ordinal)
            + Row.Replace("0.694030272", "2.2337962962963E-06", StringComparison.Ordinal).Replace("16.68342", "16.683420", StringComparison.Ordinal));
        Assert.Equal(delivered.Select(row => row.Value!.UsageId), saved.Select(row => row.Value!.UsageId));
        Assert.Equal(10.00m, delivered.Concat(saved).DistinctBy(row => row.Value!.UsageId).First().Value!.Cost);
        Assert.Equal(2, delivered.Concat(saved).DistinctBy(row => row.Value!.UsageId).Count());
    }

    [Fact]
    public void Should_count_equal_rows_over_all_files_of_a_delivery()
    {
        var delivery = new FocusDelivery();
        List<string> parts = [.. new[] { Row + Row, Row }.SelectMany(rows => FocusFile.ReadUsage(new StringReader(Header + rows), delivery)).Select(row => row.Value!.UsageId)];
        Assert.Equal(3, parts.Distinct().Count());
        Assert.Equal(Ids(Row + Row + Row), parts);      // delivered again, in one file
    }

    [Theory]
    [InlineData("/subscriptions/0f0e0d0c-0000-4000-8000-000000000001")]
    [InlineData("o-abcdefghij.ou-1234-abcdefgh.111122223333.project.with.dots.and.eighty.four.letters")]
    public void Should_take_the_ids_of_every_provider(string id)
    {
        var row = Row.Replace("sub-1", id, StringComparison.Ordinal).Replace("res-1", id, StringComparison.Ordinal);
        Assert.Equal((id, id), (Assert.Single(Read(row)).Value!.AccountId, Read(row)[0].Value!.ResourceId));
        Assert.Equal(id, Assert.Single(FocusFile.ReadAccounts(new StringReader(Header + row))).AccountId);
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
