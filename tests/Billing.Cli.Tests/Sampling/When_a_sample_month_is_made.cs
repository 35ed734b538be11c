using System.Globalization;
using System.Text.Json;
using Billing.SampleData;
using NodaTime;

namespace Billing.Cli.Tests.Sampling;

public sealed class When_a_sample_month_is_made
{
    static readonly YearMonth October = new(2026, 10);

    [Fact]
    public void Should_be_the_same_every_time()
    {
        Assert.Equal(Text(new SampleMonth(October).Accounts(300)), Text(new SampleMonth(October).Accounts(300)));
        Assert.NotEqual(Text(new SampleMonth(October).Accounts(300)), Text(new SampleMonth(October, seed: 2).Accounts(300)));
    }

    [Fact]
    public void Should_begin_a_long_month_with_the_accounts_of_a_short_one() =>
        Assert.Equal(Text(new SampleMonth(October).Accounts(100)), Text(new SampleMonth(October).Accounts(5_000).Take(100)));

    [Theory]
    [InlineData("nothing-to-bill"), InlineData("zero-total"), InlineData("credit-larger-than-invoice"), InlineData("below-minimum")]
    [InlineData("declined-hard"), InlineData("declined-soft"), InlineData("gateway-times-out-after-success"), InlineData("closed-in-mid-month")]
    [InlineData("late-usage"), InlineData("anchor-31"), InlineData("no-price"), InlineData("manual-payment"), InlineData("no-payment-method")]
    [InlineData("seats-owed"), InlineData("negative-total"), InlineData("month-edge-west"), InlineData("month-edge-east")]
    public void Should_hold_each_nasty_account(string id) =>
        Assert.Single(new SampleMonth(October).Accounts(), sample => sample.Account.AccountId == id);

    [Fact]
    public void Should_have_each_id_once_and_a_handful_of_usage_for_an_ordinary_account()
    {
        var accounts = new SampleMonth(October).Accounts(20_000).ToList();
        Assert.Equal(20_000, accounts.Select(sample => sample.Account.AccountId).Distinct().Count());
        var usage = accounts.SelectMany(sample => sample.Usage).ToList();
        Assert.Equal(usage.Count, usage.Select(record => record.UsageId).Distinct().Count());
        Assert.All(accounts.Where(sample => sample.Account.AccountId.StartsWith("account-", StringComparison.Ordinal)),
            sample => Assert.InRange(sample.Usage.Count, 6, 10));
    }

    [Fact]
    public void Should_price_everything_but_what_no_price_uses()
    {
        var priced = SamplePrices.All.Select(price => (price.PriceCode, price.Currency)).ToHashSet();
        var unpriced = new SampleMonth(October).Accounts(2_000)
            .Where(sample => sample.Usage.Any(record => record.PriceCode is { } code && !priced.Contains((code, sample.Account.Currency))));
        Assert.Equal("no-price", Assert.Single(unpriced).Account.AccountId);
    }

    [Fact]
    public void Should_count_days_in_the_accounts_own_calendar()
    {
        var accounts = new SampleMonth(October).Accounts().ToDictionary(sample => sample.Account.AccountId);
        Assert.Equal(Instant("2026-11-01T06:59:00Z"), accounts["month-edge-west"].Usage[0].StartedAt);
        Assert.Equal(Instant("2026-09-30T11:00:00Z"), accounts["month-edge-east"].Usage[0].StartedAt);
        Assert.Equal(Instant("2026-09-26T12:00:00Z"), accounts["late-usage"].Usage[0].StartedAt);
    }

    [Theory]
    [InlineData("accounts.csv"), InlineData("usage.csv"), InlineData("prices.json"), InlineData("credits.json"), InlineData("seats.json"), InlineData("tax-rates.json"),
        InlineData("focus-1.0.csv")]
    public void Should_equal_the_files_that_are_checked_in(string file)
    {
        var folder = Directory.CreateTempSubdirectory("sample-data-").FullName;
        try
        {
            SampleFiles.Write(folder, new SampleMonth(October));
            Assert.Equal(File.ReadAllText(Path.Combine(SampleFolder(), file)), File.ReadAllText(Path.Combine(folder, file)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static string SampleFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "infra", "sample-data") is var found && Directory.Exists(found))
                return found;
        throw new DirectoryNotFoundException("No infra/sample-data above the tests: run `billing sample-data infra/sample-data`.");
    }

    static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    static string Text(IEnumerable<SampleAccount> accounts) => JsonSerializer.Serialize(accounts);
}
