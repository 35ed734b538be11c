using Billing.MonthClose.Books.Pricing;
using Xunit;

namespace Billing.MonthClose.Tests.Books.Pricing;

public class When_use_is_rated
{
    [Fact]
    public void Should_multiply_a_unit_price_at_full_precision() =>
        Assert.Equal(0.000123456789m * 1234.5m, Rating.Rate(Price(PriceModel.Unit, 0.000123456789m), [new(null, 1000m, 0), new("b", 234.5m, 0)]).Amount);

    [Fact]
    public void Should_bill_each_started_hour_up_to_the_cap_of_each_resource()
    {
        // one server all of October (744 h), one for 10 h: 672 + 10
        var rated = Rating.Rate(Price(PriceModel.Hourly, 0.01m), [new("web", 0, 700), new("web", 0, 44), new("db", 0, 10)]);
        Assert.Equal((682m, 6.82m), (rated.Quantity, rated.Amount));
        Assert.Equal("682 of 754 h (cap 672 h a resource) × 0.01", rated.Formula);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("50", "5")]
    [InlineData("100", "10")]
    [InlineData("101", "10.05")]
    [InlineData("1000", "55")]
    [InlineData("1500", "61")]      // 100 × 0.1 + 900 × 0.05 + 500 × 0.01 + 1 for reaching the last tier
    public void Should_price_each_tiers_part_of_a_graduated_quantity(string quantity, string amount) =>
        Assert.Equal(Decimal(amount), Rating.Rate(Tiered(PriceModel.Graduated), [new(null, Decimal(quantity), 0)]).Amount);

    [Theory]
    [InlineData("0", "0")]
    [InlineData("100", "10")]
    [InlineData("101", "5.05")]
    [InlineData("1000", "50")]
    [InlineData("1001", "11.01")]
    public void Should_price_the_whole_of_a_volume_quantity_by_the_tier_it_falls_into(string quantity, string amount) =>
        Assert.Equal(Decimal(amount), Rating.Rate(Tiered(PriceModel.Volume), [new(null, Decimal(quantity), 0)]).Amount);

    [Fact]
    public void Should_print_the_sum_for_a_person() =>
        Assert.Equal("100 × 0.1 + 900 × 0.05 + 500 × 0.01 + 1", Rating.Rate(Tiered(PriceModel.Graduated), [new(null, 1500, 0)]).Formula);

    static Price Tiered(PriceModel model) => Price(model, 0, new Tier(100, 0.1m, 0), new Tier(1000, 0.05m, 0), new Tier(null, 0.01m, 1m));

    static Price Price(PriceModel model, decimal unitPrice, params Tier[] tiers) => new()
    {
        Version = 1,
        PriceCode = "x",
        Currency = "USD",
        Description = "X",
        Model = model,
        UnitPrice = unitPrice,
        Tiers = tiers,
        SetAt = default
    };

    static decimal Decimal(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
