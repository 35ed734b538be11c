using Billing.MonthClose.Books.Amounts;
using Xunit;

namespace Billing.MonthClose.Tests.Books.Amounts;

public class When_money_is_rounded
{
    [Theory]
    [InlineData("JPY", 0), InlineData("USD", 2), InlineData("EUR", 2), InlineData("KWD", 3), InlineData("CLF", 4)]
    public void Should_know_the_minor_unit(string currency, int decimals) => Assert.Equal(decimals, Currencies.DecimalsOf(currency));

    [Theory]
    [InlineData("USD", "0.005", "0.01")]
    [InlineData("USD", "-0.005", "-0.01")]
    [InlineData("USD", "2.344999", "2.34")]
    [InlineData("JPY", "0.5", "1")]
    [InlineData("JPY", "1234.49", "1234")]
    [InlineData("KWD", "1.2345", "1.235")]
    public void Should_round_half_away_from_zero_to_the_minor_unit(string currency, string exact, string rounded) =>
        Assert.Equal(Decimal(rounded), Currencies.Round(Decimal(exact), currency));

    [Theory]
    [InlineData("JPY", "1234", 1234), InlineData("USD", "12.34", 1234), InlineData("KWD", "1.234", 1234)]
    public void Should_speak_to_gateways_in_minor_units_and_back(string currency, string amount, long minor)
    {
        Assert.Equal(minor, Currencies.ToMinor(Decimal(amount), currency));
        Assert.Equal(Decimal(amount), Currencies.FromMinor(minor, currency));
    }

    [Fact]
    public void Should_refuse_an_amount_that_nobody_rounded() =>
        Assert.Throws<ArgumentException>(() => Currencies.ToMinor(12.345m, "USD"));

    [Fact]
    public void Should_refuse_what_is_no_currency() =>
        Assert.Contains("EURO", Assert.Throws<ArgumentException>(() => Currencies.DecimalsOf("EURO")).Message);

    static decimal Decimal(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
