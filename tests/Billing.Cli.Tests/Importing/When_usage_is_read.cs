using System.Globalization;
using Billing.Cli.Importing;
using Billing.Cli.Tests.Sampling;
using Billing.Contracts;
using Billing.Contracts.MonthClose.V1;
using Billing.SampleData;
using NodaTime;

namespace Billing.Cli.Tests.Importing;

public sealed class When_usage_is_read
{
    const string Header = "usage_id,account_id,price_code,quantity,started_at,ended_at,cost,currency\n";

    [Theory]
    [InlineData("12.5", "12.5")]
    [InlineData("1.25e-7", "0.000000125")]
    [InlineData("3E+4", "30000")]
    [InlineData("0.000000000001", "0.000000000001")]
    [InlineData("999999999999999.999999999999", "999999999999999.999999999999")]
    [InlineData("1.5000000000000000000000000000000000", "1.5")]
    [InlineData("0e-99", "0")]
    public void Should_keep_every_digit_of_a_quantity(string text, string value) =>
        Assert.Equal(decimal.Parse(value, CultureInfo.InvariantCulture),
            Assert.Single(Read($"u,acme,storage-gb,{text},2026-10-01T00:00:00Z,,,\n")).Value!.Quantity);

    [Theory]
    [InlineData("0.0000000000001")]
    [InlineData("1000000000000000")]
    [InlineData("7922816251426433759354395033")]
    public void Should_refuse_a_number_that_the_books_do_not_hold(string text) =>
        Assert.Contains("expected at most 15 digits before the point and 12 behind it",
            Assert.Single(Assert.Single(Read($"u,acme,storage-gb,{text},2026-10-01T00:00:00Z,,,\n")).Faults).ToString());

    [Theory]
    [InlineData("79228162514264337593543950336000")]
    [InlineData("1e400")]
    [InlineData("1e-30")]
    [InlineData("0.12345678901234567890123456789")]
    [InlineData("1,5")]
    [InlineData("NaN")]
    [InlineData("0x10")]
    [InlineData("1e99999999999")]
    [InlineData("1e-99999999999")]
    [InlineData("1e30")]
    public void Should_refuse_a_number_that_it_could_not_keep(string text)
    {
        var fault = Assert.Single(Assert.Single(Read($"u,acme,storage-gb,\"{text}\",2026-10-01T00:00:00Z,,,\n")).Faults);
        Assert.Equal(new Fault("quantity", text, ExactDecimal.Expected), fault);
    }

    [Fact]
    public void Should_take_the_rest_of_a_file_of_which_one_number_has_no_bounds()
    {
        var rows = Read(
            "u1,acme,storage-gb,1,2026-10-01T00:00Z,,,\nu2,acme,storage-gb,1e-99999999999,2026-10-01T00:00Z,,,\nu3,acme,storage-gb,2,2026-10-01T00:00Z,,,\n");
        Assert.Equal(["u1", "u3"], rows.Where(row => row.IsGood).Select(row => row.Value!.UsageId));
        Assert.Equal(
            "quantity: '1e-99999999999', expected a number such as 12.5 or 1.25e-7, with at most 28 significant digits and 28 decimals, from -7.9e28 to 7.9e28",
            Assert.Single(rows[1].Faults).ToString());
        Assert.Equal(3, rows[1].Line);

        var json = ImportFile.ReadNdjson<UsageRecord>(new StringReader(
            """
            {"usageId":"u1","accountId":"acme","priceCode":"storage-gb","quantity":1,"startedAt":"2026-10-01T00:00:00Z"}
            {"usageId":"u2","accountId":"acme","priceCode":"storage-gb","quantity":1e-99999999999,"startedAt":"2026-10-01T00:00:00Z"}
            """)).ToList();
        Assert.Equal([true, false], json.Select(row => row.IsGood));
        Assert.Equal(ExactDecimal.Expected, Assert.Single(json[1].Faults).Expected);
    }

    [Theory]
    [InlineData("2026-10-01T00:00:00Z", "2026-10-01T00:00:00Z")]
    [InlineData("2026-10-01T02:00:00+02:00", "2026-10-01T00:00:00Z")]
    [InlineData("2026-10-01 00:00:00Z", "2026-10-01T00:00:00Z")]
    [InlineData("2026-10-01 00:00:00 UTC", "2026-10-01T00:00:00Z")]
    [InlineData("2026-10-01T00:00Z", "2026-10-01T00:00:00Z")]
    [InlineData("2026-10-01T00:00:00.5Z", "2026-10-01T00:00:00.5Z")]
    public void Should_read_an_instant_that_says_its_offset(string text, string instant)
    {
        var started = Assert.Single(Read($"u,acme,storage-gb,1,{text},,,\n")).Value!.StartedAt;
        Assert.Equal(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture), started);
        Assert.Equal(TimeSpan.Zero, started.Offset);
    }

    [Theory]      // whose midnight?
    [InlineData("2026-10-01"), InlineData("2026-10-01T00:00:00"), InlineData("2026-10-01 00:00:00"), InlineData("2026-10-01 +02:00")]
    [InlineData("1 October 2026 00:00Z")]
    public void Should_refuse_an_instant_that_does_not(string text) =>
        Assert.Equal($"started_at: '{text}', expected {ExactInstant.Expected}",
            Assert.Single(Assert.Single(Read($"u,acme,storage-gb,1,{text},,,\n")).Faults).ToString());

    [Theory]
    [InlineData("u,acme,storage-gb,1,,,,", "started_at: empty, expected an instant")]
    [InlineData("u,acme,storage-gb,1,10/01/2026,,,", "started_at: '10/01/2026', expected an instant")]
    [InlineData("u,acme,storage-gb,-1,2026-10-01T00:00Z,,,", "quantity: '-1', expected zero or more")]
    [InlineData("u,acme,,1,2026-10-01T00:00Z,,,", "price_code: empty, expected a price code, or a cost")]
    [InlineData("u,acme,storage-gb,1,2026-10-01T00:00Z,,5,USD", "price_code: 'storage-gb', expected none")]
    [InlineData("u,acme,,1,2026-10-01T00:00Z,,5,", "currency: empty, expected the currency of the cost")]
    [InlineData("u,acme,storage-gb,1,2026-10-02T00:00Z,2026-10-01T00:00Z,,", "ended_at: '2026-10-01T00:00:00Z', expected an instant not before the start")]
    public void Should_say_what_is_wrong(string row, string says) =>
        Assert.Contains(says, Assert.Single(Assert.Single(Read(row + "\n")).Faults).ToString());

    [Fact]
    public void Should_take_a_row_with_two_faults_not_at_all_and_name_both()
    {
        var row = Assert.Single(Read("u,acme,storage-gb,many,someday,,,\n"));
        Assert.Null(row.Value);
        Assert.Equal(["quantity", "started_at"], row.Faults.Select(fault => fault.Field));
    }

    [Fact]
    public void Should_read_ndjson_with_the_same_checks()
    {
        var rows = ImportFile.ReadNdjson<UsageRecord>(new StringReader(
            """
            {"usageId":"u1","accountId":"acme","priceCode":"storage-gb","quantity":1.5e2,"startedAt":"2026-10-01T00:00:00Z"}

            {"usageId":"u2","accountId":"acme","priceCode":"storage-gb","quantity":"much","startedAt":"2026-10-01T00:00:00Z"}
            {"usageId":"u3","accountId":"acme","priceCode":"storage-gb","qantity":1,"startedAt":"2026-10-01T00:00:00Z"}
            not json
            """)).ToList();
        Assert.Equal([1L, 3L, 4L, 5L], rows.Select(row => row.Line));
        Assert.Equal(150m, rows[0].Value!.Quantity);
        Assert.Equal("quantity: 'much', expected a number", Assert.Single(rows[1].Faults).ToString());
        Assert.Equal("qantity: '1', expected no such member; did you mean quantity?", Assert.Single(rows[2].Faults).ToString());
        Assert.Equal("JSON", Assert.Single(rows[3].Faults).Field);
    }

    [Fact]
    public void Should_read_the_sample_file_back_as_it_was_made()
    {
        using var file = ImportFile.Open(Path.Combine(When_a_sample_month_is_made.SampleFolder(), "usage.csv"));
        Assert.Equal(
            new SampleMonth(new YearMonth(2026, 10)).Accounts().SelectMany(sample => sample.Usage),
            UsageFile.ReadCsv(file).Select(row => row.Value!));
    }

    [Theory]
    [InlineData("prices.json"), InlineData("credits.json")]
    public void Should_read_the_other_sample_files(string name)
    {
        using var file = ImportFile.Open(Path.Combine(When_a_sample_month_is_made.SampleFolder(), name));
        if (name == "prices.json")
            Assert.Equal(SamplePrices.All.Count, ImportFile.ReadJsonList<SetPrice>(file).Count(row => row.IsGood));
        else
            Assert.True(Assert.Single(ImportFile.ReadJsonList<GrantCredit>(file).ToList()).IsGood);
    }

    [Fact]
    public void Should_put_five_hundred_records_into_a_message()
    {
        var messages = Batches.Of(Enumerable.Repeat(Read("u,acme,storage-gb,1,2026-10-01T00:00Z,,,\n")[0].Value!, 1_200), "file.csv").ToList();
        Assert.Equal([500, 500, 200], messages.Select(message => message.Records.Length));
        Assert.Equal("file.csv #1001-1200", messages[2].Reference);
    }

    [Fact]
    public void Should_read_a_million_rows_in_bounded_memory()
    {
        using var text = new EndlessCsv(Header, "u-{0},acme,storage-gb,1.5,2026-10-01T00:00:00Z,,,\n", 1_000_000);
        var (rows, most) = (0, 0L);
        foreach (var row in UsageFile.ReadCsv(text))
            if (row.IsGood && ++rows % 250_000 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
        Assert.Equal(1_000_000, rows);
        Assert.InRange(most, 0, 100_000_000);
    }

    static List<ImportRow<UsageRecord>> Read(string rows) => [.. UsageFile.ReadCsv(new StringReader(Header + rows))];
}
