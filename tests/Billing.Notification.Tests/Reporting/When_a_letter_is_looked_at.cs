using System.Runtime.CompilerServices;
using System.Text;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Delivering;
using Billing.Notification.Reporting;
using Billing.Notification.Tests.House;
using Billing.Notification.Writing;
using MassTransit;
using MimeKit;

namespace Billing.Notification.Tests.Reporting;

/// <summary>Each letter as a customer reads it stands in <c>Approved/</c>. A change there is a change of what customers read.</summary>
public sealed class When_a_letter_is_looked_at(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    public static TheoryData<string> Names => [.. Templates.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Should_be_what_was_approved(string name)
    {
        var letter = Preview.Of(name, null);
        Approve($"{name}.txt", $"Subject: {letter.Subject}\n\n{letter.Text}");
        Approve($"{name}.html", letter.Html!);
    }

    [Fact]
    public void Should_be_approved_for_every_template_and_nothing_else() =>
        Assert.Equal(Templates.Names.SelectMany(name => (string[])[$"{name}.html", $"{name}.txt"]).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Folder(), "*.*").Select(Path.GetFileName).Where(file => !file!.Contains(".received.", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));

    [Fact]
    public void Should_take_no_value_for_markup()
    {
        var letter = Preview.Of("credit-note", new Dictionary<string,
            string>
        { ["name"] = "<script>alert(1)</script>", ["reason"] = "\"A\" & <b>", ["number"] = "<title>" });
        Assert.DoesNotContain("<script>", letter.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", letter.Html, StringComparison.Ordinal);
        Assert.Contains("Dear &lt;script&gt;alert(1)&lt;/script&gt;,", letter.Html, StringComparison.Ordinal);
        Assert.Contains("<title>Credit note CRN-000003 for invoice &lt;title&gt;</title>", letter.Html, StringComparison.Ordinal);
        Assert.Contains("Dear <script>alert(1)</script>,", letter.Text, StringComparison.Ordinal);     // in a text it is no markup
    }

    [Fact]
    public void Should_take_no_line_of_an_invoice_for_markup_or_for_a_field() =>
        Assert.Contains("<td style=\"padding: 4px 0; border-bottom: 1px solid #ddd\">&lt;i&gt; {amount}: 1 &#xD7; 5</td>".Replace("&#xD7;", "×"),
            Preview.Of("invoice", new Dictionary<string, string> { ["lines"] = "<i> {amount}: 1 × 5 = 5.00\nno amount" }).Html, StringComparison.Ordinal);

    [Fact]
    public async Task Should_be_shown_to_another_service()
    {
        var shown = await house.PreviewAsync(new PreviewLetter { Template = "receipt", Values = new() { ["name"] = "Acme & Sons" } });
        Assert.Equal("Receipt for invoice 2026-000017", shown.Subject);
        Assert.StartsWith("Dear Acme & Sons,\n", shown.Text, StringComparison.Ordinal);
        Assert.Contains("<p>Dear Acme &amp; Sons,</p>", shown.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_bring_the_address_of_the_paper_to_the_customer()
    {
        var receipt = Sample.Receipt(workspace: "linked");
        receipt.Values!["link"] = "https://pay.example.com/invoices/AQGd_the-token";
        await house.TellAsync(receipt);
        await house.EndsAsync(receipt.NotificationId);
        var mail = MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(house.Read($"{receipt.NotificationId}.eml"))));
        Assert.Contains("to look at or to print: https://pay.example.com/invoices/AQGd_the-token", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://pay.example.com/invoices/AQGd_the-token\">", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_which_there_are_when_there_is_none_of_that_name() =>
        Assert.Contains("expected one of invoice, receipt",
            (await Assert.ThrowsAsync<RequestFaultException>(() => house.PreviewAsync(new PreviewLetter { Template = "bill" }))).Message,
                StringComparison.Ordinal);

    [Fact]
    public async Task Should_be_shown_in_a_browser()
    {
        Assert.StartsWith("<!DOCTYPE html>", await house.Http.GetStringAsync(new Uri("api/letters/invoice?format=html", UriKind.Relative)),
            StringComparison.Ordinal);
        Assert.StartsWith("Subject: Invoice 2026-000017 for 2026-10\n\nDear Jane & Partners,",
            await house.Http.GetStringAsync(new Uri("api/letters/invoice?format=text", UriKind.Relative)), StringComparison.Ordinal);
        using var none = await house.Http.GetAsync(new Uri("api/letters/bill", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, none.StatusCode);
    }

    static void Approve(string file, string text)
    {
        var approved = Path.Combine(Folder(), file);
        if (File.Exists(approved) && File.ReadAllText(approved).ReplaceLineEndings("\n") == text)
            return;
        var received = Path.Combine(Folder(), $"{Path.GetFileNameWithoutExtension(file)}.received{Path.GetExtension(file)}");
        File.WriteAllText(received, text);
        Assert.Fail($"{file} is not what was approved; if {received} is right, put it in its place.");
    }

    static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Approved");
}
