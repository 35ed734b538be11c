using System.Text;
using Billing.Cli.Importing;
using Billing.Cli.Tests.Sampling;
using Billing.Contracts.MonthClose.V1;
using Billing.SampleData;
using NodaTime;

namespace Billing.Cli.Tests.Importing;

public sealed class When_accounts_are_read_from_csv
{
    const string Header = "account_id,name,currency,time_zone,email,payment_method,manual_payment,fee_price_code,anchor_day,joined_on,closed_on\n";

    [Fact]
    public void Should_read_every_field()
    {
        var row = Assert.Single(Read("acme,\"Acme, \"\"The\"\" Ltd\",EUR,Europe/Berlin,a@b.example,pm_1,true,plan-pro,31,2026-01-02,2026-10-15\n"));
        Assert.Equal(new RegisterAccount
        {
            AccountId = "acme",
            Name = "Acme, \"The\" Ltd",
            Currency = "EUR",
            TimeZone = "Europe/Berlin",
            Email = "a@b.example",
            PaymentMethod = "pm_1",
            ManualPayment = true,
            FeePriceCode = "plan-pro",
            AnchorDay = 31,
            JoinedOn = new DateOnly(2026, 1, 2),
            ClosedOn = new DateOnly(2026, 10, 15)
        }, row.Value);
    }

    [Fact]
    public void Should_need_no_more_than_id_name_and_currency()
    {
        var row = Assert.Single(AccountFile.ReadCsv(new StringReader("currency,account_id,name\r\nUSD,acme,Acme\r\n")).ToList());
        Assert.Equal(new RegisterAccount { AccountId = "acme", Name = "Acme", Currency = "USD" }, row.Value);
    }

    [Fact]
    public void Should_tell_nothing_of_what_it_has_no_column_for_and_clear_what_is_empty()
    {
        var row = Assert.Single(AccountFile.ReadCsv(new StringReader("account_id,name,currency,email,anchor_day\nacme,Acme,USD,,\n")).ToList()).Value!;
        Assert.True(row.Tells(nameof(row.Email)));
        Assert.True(row.Tells(nameof(row.AnchorDay)));
        Assert.False(row.Tells(nameof(row.PaymentMethod)));
        Assert.False(row.Tells(nameof(row.ManualPayment)));
    }

    [Theory]
    [InlineData("a\u200Bb,Acme,USD,,,,,,,,", "account_id: 'a\\u200bb', expected 1 to 256 printable characters")]
    [InlineData(",Acme,USD,,,,,,,,", "account_id: empty, expected the customer's key")]
    [InlineData("acme,Acme,usd,,,,,,,,", "currency: 'usd', expected an ISO 4217 code")]
    [InlineData("acme,Acme,USD,Mars/Olympus,,,,,,,", "time_zone: 'Mars/Olympus', expected an IANA time zone")]
    [InlineData("acme,Acme,USD,,nobody,,,,,,", "email: 'nobody', expected one e-mail address")]
    [InlineData("acme,Acme,USD,,,,maybe,,,,", "manual_payment: 'maybe', expected true or false")]
    [InlineData("acme,Acme,USD,,,,,,32,,", "anchor_day: '32', expected a day of the month, 1 to 31")]
    [InlineData("acme,Acme,USD,,,,,,first,,", "anchor_day: 'first', expected a whole number")]
    [InlineData("acme,Acme,USD,,,,,,,2026-02-30,", "joined_on: '2026-02-30', expected a day such as")]
    [InlineData("acme,Acme,USD,,,,,,,2026-02-02,2026-02-01", "closed_on: '2026-02-01', expected a day not before")]
    [InlineData("acme,Acme,USD,,", "row: '5 fields', expected 11 fields")]
    [InlineData("acme,\"Ac\"me,USD,,,,,,,,", "expected quotes around whole fields")]
    public void Should_say_what_is_wrong_and_read_the_rest(string bad, string says)
    {
        var rows = Read($"before,B,USD,,,,,,,,\n{bad}\nafter,A,USD,,,,,,,,\n");
        Assert.Equal(["before", null, "after"], rows.Select(row => row.Value?.AccountId));
        Assert.Equal(3, rows[1].Line);
        Assert.Contains(rows[1].Faults, fault => fault.ToString().Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void Should_count_lines_as_an_editor_does()
    {
        var rows = Read("a,\"two\nlines\",USD,,,,,,,,\n\nb,B,xx,,,,,,,,\n");
        Assert.Equal([2L, 5L], rows.Select(row => row.Line));
    }

    [Theory]
    [InlineData("utf-8"), InlineData("utf-16"), InlineData("utf-16BE")]
    public void Should_understand_a_byte_order_mark(string encoding)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Header + "acme,広告 Süd,USD,,,,,,,,\n", Encoding.GetEncoding(encoding) is UTF8Encoding ? new UTF8Encoding(true)
                : Encoding.GetEncoding(encoding));
            using var file = ImportFile.Open(path);
            Assert.Equal("広告 Süd", Assert.Single(AccountFile.ReadCsv(file).ToList()).Value!.Name);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Should_refuse_text_that_is_not_utf8()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Encoding.Latin1.GetBytes(Header + "acme,Süd,USD,,,,,,,,\n"));
            using var file = ImportFile.Open(path);
            Assert.Contains("expected text in UTF-8", Assert.Single(AccountFile.ReadCsv(file).ToList()).Faults[0].ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("", "The file is empty")]
    [InlineData("account_id,name\n", "missing currency")]
    [InlineData("account_id,name,currency,colour\n", "no such column colour")]
    [InlineData("account_id,name,currency,Name\n", "the column 'Name' is there twice")]
    public void Should_refuse_a_header_that_does_not_fit(string text, string says)
    {
        var refused = Assert.Throws<ImportRefusedException>(() => AccountFile.ReadCsv(new StringReader(text)).ToList());
        Assert.Contains(says, refused.Message);
    }

    [Fact]
    public void Should_stop_at_a_quote_that_is_never_closed()
    {
        var text = Header + "a,A,USD,,,,,,,,\nb,\"B,USD,,,,,,,,\n" + string.Concat(Enumerable.Repeat("c,C,USD,,,,,,,,\n", 200_000));
        var read = 0;
        var refused = Assert.Throws<ImportRefusedException>(() =>
        {
            foreach (var _ in AccountFile.ReadCsv(new StringReader(text)))
                read++;
        });
        Assert.Contains("a quote is probably never closed", refused.Message);
        Assert.Equal(1, read);
    }

    [Fact]
    public void Should_read_the_sample_file_back_as_it_was_made()
    {
        using var file = ImportFile.Open(Path.Combine(When_a_sample_month_is_made.SampleFolder(), "accounts.csv"));
        Assert.Equal(
            new SampleMonth(new YearMonth(2026, 10)).Accounts().Select(sample => sample.Account),
            AccountFile.ReadCsv(file).Select(row => row.Value!));
    }

    static List<ImportRow<RegisterAccount>> Read(string rows) => [.. AccountFile.ReadCsv(new StringReader(Header + rows))];
}
