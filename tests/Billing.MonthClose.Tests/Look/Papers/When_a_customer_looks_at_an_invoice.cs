using System.Net;
using System.Security.Cryptography;
using System.Text;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Papers;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using UglyToad.PdfPig;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Papers;

public sealed class When_a_customer_looks_at_an_invoice : IAsyncLifetime
{
    const string Public = "https://pay.example.com/billing/";
    readonly MonthCloseHouse house = new();

    static string Key(byte number) => Convert.ToBase64String(Enumerable.Repeat(number, 32).ToArray());

    public async Task InitializeAsync()
    {
        house.Settings["Invoices:PublicUrl"] = Public;
        house.Settings["Invoices:LinkKey"] = Key(1);
        house.Settings["Seller:Name"] = "Nordlicht Cloud GmbH";
        house.Settings["Seller:Address"] = "Speicherstraße 12\n20457 Hamburg";
        await house.InitializeAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    /// <summary>The path of the address that stands in a letter.</summary>
    async Task<string> LinkAsync(string account, string template)
    {
        var letter = await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<SendEmails>().SelectMany(mail => mail.Emails)
            .FirstOrDefault(mail => mail.WorkspaceId == account && mail.Template == template)), found => found is not null, $"the letter {template} is sent");
        var link = letter!.Values!["link"];
        Assert.StartsWith($"{Public}invoices/", link, StringComparison.Ordinal);
        return link[Public.Length..];
    }

    Task<HttpResponseMessage> AskAsync(string path) => house.Http.GetAsync(new Uri(path, UriKind.Relative));

    async Task<byte[]> BytesAsync(string path)
    {
        using var answer = await AskAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"", answer.Headers.ETag!.Tag);
        Assert.Matches("^(INV|CRN)-[0-9]{9}[.](pdf|html)$", answer.Content.Headers.ContentDisposition!.FileNameStar);
        return bytes;
    }

    static string TextOf(byte[] pdf)
    {
        using var document = PdfDocument.Open(pdf);
        return string.Concat(document.GetPages().Select(page => ContentOrderTextExtractor.GetText(page)));
    }

    [Fact]
    public async Task Should_find_it_at_the_address_in_the_letter_and_nowhere_else()
    {
        await house.BillOctoberAsync(Sample.Account("acme") with { Name = "Acme & <b>Sons</b>", TimeZone = "Europe/Berlin" });
        var invoice = await house.InvoiceAsync("acme");
        var path = await LinkAsync("acme", "invoice");

        Assert.Equal(path, await LinkAsync("acme", "receipt"));
        using var page = await AskAsync(path);
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains(invoice.Number, html, StringComparison.Ordinal);
        Assert.Contains("Acme &amp; &lt;b&gt;Sons&lt;/b&gt;", html, StringComparison.Ordinal);
        Assert.Contains("Nordlicht Cloud GmbH", html, StringComparison.Ordinal);
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.Equal("private", page.Headers.CacheControl!.ToString());
        Assert.Equal("no-referrer", Assert.Single(page.Headers.GetValues("Referrer-Policy")));
        Assert.Contains("noindex", Assert.Single(page.Headers.GetValues("X-Robots-Tag")), StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        var text = TextOf(await BytesAsync($"{path}.pdf"));
        Assert.All([invoice.Number, "API calls", "Amount due USD", "10.00", "It is charged", "Acme & <b>Sons</b>", "Europe/Berlin", "Speicherstraße 12"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Equal(await BytesAsync($"{path}.pdf"), await BytesAsync($"{path}?format=pdf"));

        var token = path["invoices/".Length..];
        foreach (var at in Enumerable.Range(0, token.Length))
            await IsNowhereAsync(token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..]);
        foreach (var wrong in new[] { token[..^1], $"{token}A", $"{token}.ubl", $"{token}/", $"{invoice.InvoiceId}", invoice.Number, "x" })
            await IsNowhereAsync(wrong);
    }

    async Task IsNowhereAsync(string token)
    {
        using var answer = await AskAsync($"invoices/{token}");
        Assert.Equal((HttpStatusCode.NotFound, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Should_see_the_same_bytes_after_the_name_the_seller_and_the_key_were_changed()
    {
        await house.BillOctoberAsync(Sample.Account("acme") with { Name = "Acme before" }, Sample.Account("later") with { Name = "Later before" });
        var (path, later) = (await LinkAsync("acme", "invoice"), await LinkAsync("later", "invoice"));
        var (pdf, html) = (await BytesAsync($"{path}.pdf"), await BytesAsync(path));

        await house.RegisterAsync(Sample.Account("acme") with { Name = "Acme after" }, Sample.Account("later") with { Name = "Later after" });
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Accounts.CountAsync(account => account.Name.EndsWith("after"))), count => count == 2, "they are renamed");
        await house.StopServiceAsync();
        foreach (var (name, value) in new TestKey("ours", "All").Settings)
            house.Settings[name] = value;
        house.Settings["Invoices:LinkKey"] = Key(2);
        house.Settings["Invoices:OldLinkKeys:0"] = Key(1);
        house.Settings["Seller:Name"] = "Somebody else";
        await house.StartServiceAsync();

        Assert.Equal(pdf, await BytesAsync($"{path}.pdf"));
        Assert.Equal(html, await BytesAsync(path));
        // one that nobody has looked at before the change says what held when it was issued, too
        var text = TextOf(await BytesAsync($"{later}.pdf"));
        Assert.Contains("Later before", text, StringComparison.Ordinal);
        Assert.Contains("Nordlicht Cloud GmbH", text, StringComparison.Ordinal);
        Assert.Equal(3, await house.AskAsync(db => db.Papers.CountAsync()));
        Assert.Equal(1, await house.AskAsync(db => db.Sellers.CountAsync()));
        using var ours = await AskAsync($"api/papers/{(await house.InvoiceAsync("acme")).Number}");
        Assert.Equal(HttpStatusCode.Unauthorized, ours.StatusCode);
    }

    [Fact]
    public async Task Should_read_that_it_is_void_and_find_the_one_in_its_place()
    {
        await house.BillOctoberAsync(Sample.Account("acme") with { ManualPayment = true });
        var (path, voided) = (await LinkAsync("acme", "invoice"), await house.InvoiceAsync("acme"));
        var pdf = await BytesAsync($"{path}.pdf");
        Assert.Contains("To be paid by", TextOf(pdf), StringComparison.Ordinal);

        await house.TellAsync(await house.VoidAsync("acme") with { Reissue = true });
        await house.HearsAsync<InvoiceReissued>();

        var replacing = await house.InvoiceAsync("acme");
        var html = await (await AskAsync(path)).Content.ReadAsStringAsync();
        Assert.Contains($"{voided.Number} is void", html, StringComparison.Ordinal);
        Assert.Contains(replacing.Number, html, StringComparison.Ordinal);
        Assert.Equal(pdf, await BytesAsync($"{path}.pdf"));
        Assert.Contains($"In place of", TextOf(await BytesAsync($"api/papers/{replacing.Number}")), StringComparison.Ordinal);
        var next = html.Split("href=\"")[1].Split('"')[0];
        Assert.Contains(replacing.Number, Encoding.UTF8.GetString(await BytesAsync($"invoices/{next}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_get_the_paper_of_a_credit_note()
    {
        await house.BillOctoberAsync(Sample.Account("acme"));
        var invoice = await house.InvoiceAsync("acme");

        var note = await house.CreditAsync(await house.CreditNoteAsync("acme", 4));

        var path = await LinkAsync("acme", "credit-note");
        var text = TextOf(await BytesAsync($"{path}.pdf"));
        Assert.All(["Credit note", note.Number, invoice.Number, "API calls", "4.00", "Reason: an outage"], part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Equal(await BytesAsync($"{path}.pdf"), await BytesAsync($"api/papers/{note.Number}?format=pdf"));
        using var ours = await AskAsync($"api/papers/{note.Number}");
        Assert.Equal($"<{Public}{path}>; rel=\"alternate\"", Assert.Single(ours.Headers.GetValues("Link")));
    }

    [Fact]
    public async Task Should_be_served_what_was_kept_or_nothing()
    {
        await house.BillOctoberAsync(Sample.Account("acme"));
        var path = await LinkAsync("acme", "invoice");
        var looks = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => BytesAsync($"{path}.pdf")));
        Assert.All(looks, bytes => Assert.Equal(looks[0], bytes));
        Assert.Equal(1, await house.AskAsync(db => db.Papers.CountAsync()));

        await house.BreakInAsync("""update "Paper" set "Sha256" = repeat('0', 64)""");

        using var answer = await AskAsync($"{path}.pdf");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    [Fact]
    public void Should_not_start_with_a_key_that_is_none()
    {
        static string? Refusal(InvoicesOptions options) => new InvoicesOptionsRules().Validate(null, options).FailureMessage;

        Assert.Null(Refusal(new InvoicesOptions()));
        Assert.Null(Refusal(new InvoicesOptions { PublicUrl = new Uri(Public), LinkKey = Key(1), OldLinkKeys = { Key(2) } }));
        Assert.StartsWith("Invoices:LinkKey is not a key; expected 32", Refusal(new InvoicesOptions { LinkKey = "secret" }), StringComparison.Ordinal);
        Assert.StartsWith("Invoices:OldLinkKeys:0 is not a key", Refusal(new InvoicesOptions { LinkKey = Key(1), OldLinkKeys = { "x" } }), StringComparison.Ordinal);
        Assert.StartsWith("Invoices:LinkKey is not set", Refusal(new InvoicesOptions { PublicUrl = new Uri(Public) }), StringComparison.Ordinal);
        Assert.StartsWith("Invoices:PublicUrl is \"ftp", Refusal(new InvoicesOptions { PublicUrl = new Uri("ftp://x"), LinkKey = Key(1) }), StringComparison.Ordinal);
    }
}
