using Billing.MonthClose.Books.Taxes;
using Xunit;

namespace Billing.MonthClose.Tests.Books.Taxes;

/// <summary>Each amount is worked out by hand: net, tax and gross, by the rate of the line's last day.</summary>
public class When_a_line_is_taxed
{
    static readonly DateOnly October = new(2026, 10, 31);
    static readonly TaxParticulars Berlin = new("DE");

    static readonly TaxTable Table = new([
        Rate("DE", 0.19m, "VAT 19 %"),
        Rate("DE", 0.07m, "VAT 7 %", category: "book"),
        Rate("AT", 0.20m, "VAT 20 %", reverse: true),
        Rate("GB", 0.20m, "VAT 20 %", inclusive: true),
        Rate("JP", 0.10m, "消費税 10 %"),
        Rate("JP", 0.10m, "消費税 10 %", category: "included", inclusive: true),
        Rate("US", 0.0725m, "Sales tax 7.25 %", region: "CA"),
        Rate("US", 0m, "No sales tax", region: "OR"),
        Rate("FR", 0.20m, "TVA 20 %"),
        Rate("FR", 0.085m, "TVA 8.5 %", region: "RE")
    ]);

    [Fact]
    public void Should_add_the_tax_to_an_exclusive_price() =>
        Assert.Equal([new LineTax(TaxTreatment.Added, 0.19m, "VAT 19 %", 1.90m)], Of(Berlin, "EUR", ("standard", 10.00m)));

    [Fact]
    public void Should_take_the_tax_out_of_an_inclusive_price_and_leave_the_total()
    {
        var tax = Assert.Single(Of(new("GB"), "GBP", ("standard", 10.00m)));       // 10.00 - 10.00 / 1.2 = 1.666…
        Assert.Equal(new LineTax(TaxTreatment.Included, 0.20m, "VAT 20 %", 1.67m), tax);
        Assert.Equal(0m, tax.Added);
    }

    [Fact]
    public void Should_tax_each_line_by_the_rate_of_its_category() =>
        Assert.Equal([1.90m, 0.70m], Of(Berlin, "EUR", ("standard", 10.00m), ("book", 10.00m)).Select(tax => tax.Tax));

    [Fact]
    public void Should_round_by_line_and_not_in_all()
    {
        // 0.19 × 0.13 = 0.0247 → 0.02, three times 0.06; of 0.39 in one it would be 0.0741 → 0.07
        Assert.Equal(0.06m, Of(Berlin, "EUR", ("standard", 0.13m), ("standard", 0.13m), ("standard", 0.13m)).Sum(tax => tax.Tax));
        Assert.Equal(0.07m, Of(Berlin, "EUR", ("standard", 0.39m)).Sum(tax => tax.Tax));
    }

    [Fact]
    public void Should_round_half_away_from_zero_on_both_sides()
    {
        // 0.07 × 0.50 = 0.035
        Assert.Equal([0.04m, -0.04m], Of(Berlin, "EUR", ("book", 0.50m), ("book", -0.50m)).Select(tax => tax.Tax));
    }

    [Fact]
    public void Should_keep_yen_whole()
    {
        Assert.Equal([100m, 105m], Of(new("JP"), "JPY", ("standard", 999m), ("standard", 1045m)).Select(tax => tax.Tax));
        Assert.Equal(91m, Assert.Single(Of(new("JP"), "JPY", ("included", 1000m))).Tax);        // 1000 - 1000 / 1.1 = 90.9…
    }

    [Fact]
    public void Should_ask_for_none_of_who_has_a_certificate_up_to_its_last_day()
    {
        var buyer = Berlin with { Exemption = "CERT-7", ExemptThrough = October };
        Assert.Equal([new LineTax(TaxTreatment.Exempt, 0, "Exempt, certificate CERT-7", 0)], Of(buyer, "EUR", ("standard", 10.00m)));
        Assert.Equal(1.90m, Assert.Single(Of(buyer with { ExemptThrough = October.AddDays(-1) }, "EUR", ("standard", 10.00m))).Tax);
        Assert.Equal(TaxTreatment.Exempt, Assert.Single(Of(buyer with { ExemptThrough = null }, "EUR", ("standard", 10.00m))).Treatment);
    }

    [Fact]
    public void Should_reverse_the_charge_for_who_has_a_tax_number_where_it_may_be()
    {
        Assert.Equal([new LineTax(TaxTreatment.ReverseCharge, 0, "Reverse charge, ATU1", 0)], Of(new("AT", TaxId: "ATU1"), "EUR", ("standard", 10.00m)));
        Assert.Equal(2.00m, Assert.Single(Of(new("AT"), "EUR", ("standard", 10.00m))).Tax);
        Assert.Equal(1.90m, Assert.Single(Of(Berlin with { TaxId = "DE1" }, "EUR", ("standard", 10.00m))).Tax);
    }

    [Fact]
    public void Should_take_the_rate_of_the_region_before_that_of_the_country()
    {
        Assert.Equal(7.25m, Assert.Single(Of(new("US", "CA"), "USD", ("standard", 100m))).Tax);
        Assert.Equal(8.50m, Assert.Single(Of(new("FR", "RE"), "EUR", ("standard", 100m))).Tax);
        Assert.Equal(20.00m, Assert.Single(Of(new("FR", "IDF"), "EUR", ("standard", 100m))).Tax);
        Assert.Equal(new LineTax(TaxTreatment.Added, 0m, "No sales tax", 0m), Assert.Single(Of(new("US", "OR"), "USD", ("standard", 100m))));
    }

    [Fact]
    public void Should_guess_nothing()
    {
        Assert.Equal(TaxProblem.NoCountry, Table.Decide(new("a", "EUR", new(null), [new("standard", October, 10m)])).Problem?.ReasonCode);
        Assert.Equal(TaxProblem.NoRate, Table.Decide(new("a", "USD", new("US"), [new("standard", October, 10m)])).Problem?.ReasonCode);
        Assert.Equal(TaxProblem.NoRate, Table.Decide(new("a", "USD", new("US", "CA"), [new("book", October, 10m)])).Problem?.ReasonCode);
        var early = Table.Decide(new("a", "EUR", Berlin, [new("standard", new DateOnly(2006, 12, 31), 10m)]));
        Assert.Equal("There is no tax rate for \"standard\" in DE on 2006-12-31. Set one with SetTaxRate, zero included, then unpark the account.", early.Problem?.Reason);
        Assert.Empty(early.Lines);
    }

    [Theory]
    [InlineData("2020-06-30", 1.90)]
    [InlineData("2020-07-01", 1.60)]
    [InlineData("2020-12-31", 1.60)]
    [InlineData("2021-01-01", 1.90)]
    public void Should_take_the_rate_that_is_in_force_on_the_day(string day, decimal tax)
    {
        var table = new TaxTable([
            Rate("DE", 0.19m, "VAT 19 %"), Rate("DE", 0.16m, "VAT 16 %", from: "2020-07-01"), Rate("DE", 0.19m, "VAT 19 %", from: "2021-01-01")
        ]);
        Assert.Equal(tax, Assert.Single(table.Decide(new("a", "EUR", Berlin, [new("standard", DateOnly.Parse(day), 10.00m)])).Lines).Tax);
    }

    [Fact]
    public void Should_take_what_was_told_last_of_the_same_day()
    {
        var table = new TaxTable([Rate("DE", 0.18m, "wrong") with { Version = 1 }, Rate("DE", 0.19m, "VAT 19 %") with { Version = 2 }]);
        Assert.Equal("VAT 19 %", table.Find("DE", null, "standard", October)?.Name);
    }

    static IReadOnlyList<LineTax> Of(TaxParticulars buyer, string currency, params (string Category, decimal Amount)[] lines)
    {
        var answer = Table.Decide(new TaxRequest("a", currency, buyer, [.. lines.Select(line => new TaxableLine(line.Category, October, line.Amount))]));
        Assert.Null(answer.Problem);
        return answer.Lines;
    }

    static TaxRate Rate(string country, decimal rate, string name, string? region = null, string category = "standard", bool inclusive = false, bool reverse = false,
        string from = "2007-01-01") =>
        new()
        {
            Country = country,
            Region = region,
            Category = category,
            Name = name,
            Rate = rate,
            Inclusive = inclusive,
            ReverseCharge = reverse,
            ValidFrom = DateOnly.Parse(from),
            SetAt = default
        };
}
