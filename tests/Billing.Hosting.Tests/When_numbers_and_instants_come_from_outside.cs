using System.Text.Json;
using Billing.Hosting.Bus;

namespace Billing.Hosting.Tests;

public class When_numbers_and_instants_come_from_outside
{
    static readonly JsonSerializerOptions Json = ContractJson.Configure(MassTransit.Serialization.SystemTextJsonMessageSerializer.Options);

    [Theory]
    [InlineData("12.50", "12.50"), InlineData("\"12.50\"", "12.50"), InlineData("-3", "-3"), InlineData("\"1e-3\"", "0.001"), InlineData("1e3", "1000"), InlineData("0e-99", "0")]
    public void Should_read_a_number_that_has_one_meaning(string json, string value) =>
        Assert.Equal(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture), JsonSerializer.Deserialize<Told>($$"""{"amount":{{json}}}""", Json)!.Amount);

    [Theory]
    [InlineData("\"12,50\"")]       // was read as 1,250
    [InlineData("\"1,5\"")]         // was read as 15
    [InlineData("\"1 000\"")]
    [InlineData("\" 5\"")]
    [InlineData("\"$5\"")]
    [InlineData("\"(5)\"")]
    [InlineData("\"\"")]
    [InlineData("1e30")]
    [InlineData("1e-99999999999")]      // was read as zero
    [InlineData("\"1e-99999999999\"")]
    [InlineData("true")]
    public void Should_refuse_a_number_that_has_to_be_guessed(string json) =>
        Assert.Equal("$.amount", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Told>($$"""{"amount":{{json}}}""", Json)).Path);

    [Theory]
    [InlineData("2026-10-31T23:30:00Z"), InlineData("2026-11-01T00:30:00+01:00"), InlineData("2026-10-31T23:30:00.1234567-07:00")]
    public void Should_read_an_instant_with_its_offset(string text) =>
        Assert.Equal(DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture), JsonSerializer.Deserialize<Told>($$"""{"at":"{{text}}"}""", Json)!.At);

    [Theory]
    [InlineData("2026-10-31T23:30:00"), InlineData("2026-10-31"), InlineData("2026-02-30T08:00:00Z"), InlineData("now")]
    public void Should_refuse_an_instant_that_depends_on_the_machine(string text) =>
        Assert.Equal("$.at", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Told>($$"""{"at":"{{text}}"}""", Json)).Path);

    sealed record Told(decimal? Amount = null, DateTimeOffset? At = null);
}
