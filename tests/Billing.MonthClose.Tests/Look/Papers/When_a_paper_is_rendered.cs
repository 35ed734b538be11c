using System.Diagnostics;
using System.Text;
using Billing.MonthClose.Books.Papers;
using Billing.MonthClose.Look.Papers;
using Billing.MonthClose.Look.Papers.Pdf;
using UglyToad.PdfPig;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Papers;

public sealed class When_a_paper_is_rendered
{
    static byte[] Pdf(Paper paper) => new PdfRendering(PaperWords.English).Render(paper);
    static string Html(Paper paper) => Encoding.UTF8.GetString(new HtmlRendering(PaperWords.English).Render(paper));

    /// <summary>What a reader of PDF finds on each page, one line to a line.</summary>
    static string[] Pages(byte[] pdf)
    {
        using var document = PdfDocument.Open(pdf);
        return [.. document.GetPages().Select(page => ContentOrderTextExtractor.GetText(page))];
    }

    [Theory]
    [InlineData("USD", "1,234.567", "1,234.56", "−34.56", "1,200.00", "0.0125")]
    [InlineData("EUR", "1,234.567", "1,234.56", "−34.56", "1,200.00", "0.0125")]
    [InlineData("JPY", "1,234.567", "30,432", "−432", "30,000", "12.5")]
    [InlineData("KWD", "1,234.567", "45.432", "−0.432", "45.000", "0.0125")]
    public void Should_say_the_number_the_lines_and_the_amounts_in_the_digits_of_the_currency(string currency, params string[] texts)
    {
        var paper = SamplePapers.Invoice(currency);

        var (pdf, html) = (Assert.Single(Pages(Pdf(paper))), Html(paper));

        Assert.All(["INV-000000042", "2026-11-15", "2026-10-01 – 2026-10-31", "Europe/Berlin", $"Amount due {currency}", "Base fee", "API calls",
            "Object storage (used in 2026-09)", "1000 free", "Łódź", "Ελληνικά Кофе", "VAT ID DE123456789", "IBAN DE02", .. texts], text =>
        {
            Assert.Contains(text, pdf, StringComparison.Ordinal);
            Assert.Contains(text, html, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("USD")]
    [InlineData("EUR")]
    [InlineData("JPY")]
    [InlineData("KWD")]
    [InlineData("long")]
    [InlineData("credit-note")]
    public void Should_give_the_same_bytes_again_and_in_another_process_zone_and_culture(string name)
    {
        var paper = SamplePapers.Named(name);
        var (pdf, html) = (Pdf(paper), Html(paper));

        Assert.Equal(pdf, Pdf(SamplePapers.Named(name)));
        Assert.Equal(pdf, RenderedElsewhere(name, "pdf", "de-DE", "Asia/Tokyo"));
        Assert.Equal(pdf, RenderedElsewhere(name, "pdf", "en-US", "America/Los_Angeles"));
        Assert.Equal(html, Encoding.UTF8.GetString(RenderedElsewhere(name, "html", "de-DE", "Asia/Tokyo")));
    }

    static byte[] RenderedElsewhere(string name, string format, string culture, string zone)
    {
        var file = Path.GetTempFileName();
        try
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(SamplePapers).Assembly.Location, name, format, file])
            {
                Environment = { ["TZ"] = zone, ["LC_ALL"] = culture.Replace('-', '_') + ".UTF-8" },
                RedirectStandardError = true
            })!;
            var trouble = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, trouble);
            return File.ReadAllBytes(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Should_differ_from_the_paper_of_another_invoice_in_its_id_alone_when_all_else_is_the_same()
    {
        var paper = SamplePapers.Invoice("EUR");

        var other = Pdf(paper with { Id = Guid.NewGuid() });

        Assert.NotEqual(Pdf(paper), other);
        Assert.Equal(Pages(Pdf(paper)), Pages(other));
    }

    [Fact]
    public void Should_go_over_pages_that_are_numbered_and_carry_the_heads()
    {
        var pages = Pages(Pdf(SamplePapers.Named("long")));

        Assert.InRange(pages.Length, 5, 20);
        Assert.All(pages.Index(), page =>
        {
            Assert.Contains($"page {page.Index + 1} of {pages.Length}", page.Item, StringComparison.Ordinal);
            Assert.Contains("INV-000000042", page.Item, StringComparison.Ordinal);
        });
        Assert.All(pages.SkipLast(1), page => Assert.Contains("Description", page, StringComparison.Ordinal));
        var all = string.Concat(pages);
        Assert.All(Enumerable.Range(1, 300), number => Assert.Contains($"Virtual machine {number:000}", all, StringComparison.Ordinal));
        Assert.Contains("1,200.00", pages[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Should_show_tax_by_line_and_its_totals_by_rate_when_the_record_has_them()
    {
        var (added, included) = (Assert.Single(Pages(Pdf(SamplePapers.Named("taxed")))), Assert.Single(Pages(Pdf(SamplePapers.Named("tax-included")))));

        Assert.All(["Tax", "19 %", "7 %", "Net", "120.00", "VAT 19 % of 100.00", "VAT 7 % of 20.00", "1.40", "140.40"],
            text => Assert.Contains(text, added, StringComparison.Ordinal));
        Assert.All(["19 %", "includes VAT 19 % of 100.00", "includes VAT 7 % of 20.00", "140.40"], text => Assert.Contains(text, included, StringComparison.Ordinal));
        Assert.DoesNotContain("Net", included, StringComparison.Ordinal);
        Assert.DoesNotContain("Tax", Assert.Single(Pages(Pdf(SamplePapers.Invoice("EUR")))), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_what_a_credit_note_corrects_and_where_its_amount_goes()
    {
        var page = Assert.Single(Pages(Pdf(SamplePapers.Named("credit-note"))));

        Assert.All(["Credit note", "CN-000000007", "INV-000000042", "12.50", "Reason: calls of a test were counted", "payment method: 10.00 EUR", "2.50 EUR"],
            text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.DoesNotContain("IBAN", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PaymentWay.Transfer, 1200, "To be paid by 2026-11-15. Please name INV-000000042", "IBAN")]
    [InlineData(PaymentWay.Charge, 1200, "It is charged to the payment method", "2026-11-15")]
    [InlineData(PaymentWay.LaterInvoice, 1200, "stands on your next invoice", "Amount due EUR")]
    [InlineData(PaymentWay.Nothing, 0, "There is nothing to pay.", "Amount due EUR")]
    public void Should_say_how_it_is_paid(PaymentWay way, decimal due, params string[] texts)
    {
        var page = Assert.Single(Pages(Pdf(SamplePapers.Invoice("EUR") with { PaidBy = way, AmountDue = due })));

        Assert.All(texts, text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.Equal(way == PaymentWay.Transfer, page.Contains("IBAN", StringComparison.Ordinal));
        Assert.Equal(way == PaymentWay.Transfer, page.Contains("transfer", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("漢字 😀 \u0623\u0647\u0644\u0627")]
    [InlineData("half \ud83d of a character, \0 nothing, \u200b no width, \r\n lines")]
    public void Should_put_a_sign_for_what_the_font_has_not(string name)
    {
        var page = Assert.Single(Pages(Pdf(SamplePapers.Invoice("EUR") with { BilledTo = $"Acme {name} Inc" })));

        Assert.Contains("Acme", page, StringComparison.Ordinal);
        Assert.Contains("Inc", page, StringComparison.Ordinal);
        Assert.Contains("□", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_break_what_is_long_and_keep_all_of_it()
    {
        var (word, digits) = (new string('W', 399), 12345678901234567890.123456789m);
        var paper = SamplePapers.Invoice("EUR");

        var pages = Pages(Pdf(paper with
        {
            AccountId = new string('a', 128),
            Lines = [.. paper.Lines.Select(line => line with { Description = word, Formula = new string('9', 1000), Quantity = digits, UnitPrice = digits })]
        }));

        Assert.Equal(399 * paper.Lines.Count, string.Concat(pages).Count(letter => letter == 'W'));
        Assert.Contains("12,345,678,901,234,567,890.123456789", string.Concat(pages), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_describe_itself_in_well_formed_metadata()
    {
        var pdf = Pdf(SamplePapers.Invoice("EUR") with { BilledTo = "A & <B>", Seller = SamplePapers.Seller with { Name = "Müller & <Söhne> Łódź" } });

        using var document = PdfDocument.Open(pdf);
        Assert.Equal("Invoice INV-000000042", document.Information.Title);
        Assert.True(document.TryGetXmpMetadata(out var metadata));
        Assert.Contains("Invoice INV-000000042", metadata.GetXDocument().Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_take_no_name_for_markup()
    {
        const string Markup = "<script>alert(1)</script> & \"Sons\" {0}";
        var paper = SamplePapers.Invoice("EUR");

        var html = Html(paper with
        {
            BilledTo = Markup,
            AccountId = Markup,
            Seller = SamplePapers.Seller with { Name = Markup, Address = Markup, PayTo = Markup },
            Lines = [.. paper.Lines.Select(line => line with { Description = Markup, Formula = Markup })]
        });

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Sons&quot; {0}", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
    }
}
