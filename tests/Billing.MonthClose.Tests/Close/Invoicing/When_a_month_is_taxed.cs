using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Taxes;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Billing.Views.Certificates;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Invoicing;

/// <summary>October with tax by the table. Each account uses 10.00 unless it is said otherwise.</summary>
[TakesLong(40)]
public class When_a_month_is_taxed : IAsyncLifetime
{
    static readonly SetTaxRate German = new() { Country = "DE", Name = "VAT 19 %", Rate = 0.19m, ValidFrom = new DateOnly(2021, 1, 1), RequestedBy = "tax office" };
    static readonly SetTaxRate British = German with { Country = "GB", Name = "VAT 20 %", Rate = 0.20m, Inclusive = true };
    static readonly SetTaxRate Austrian = German with { Country = "AT", Name = "VAT 20 %", Rate = 0.20m, ReverseCharge = true };

    readonly MonthCloseHouse house = new();

    public async Task InitializeAsync()
    {
        house.Settings["Tax:Calculator"] = "Table";
        await house.InitializeAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_put_each_accounts_tax_on_its_lines_and_into_the_ledger_and_the_certificate()
    {
        await SetRatesAsync(German, British, Austrian);
        await house.BillOctoberAsync(
            Sample.Account("added") with { Country = "DE" },
            Sample.Account("included") with { Country = "GB" },
            Sample.Account("reversed") with { Country = "AT", TaxId = "ATU1" },
            Sample.Account("exempt") with { Country = "DE", TaxExemption = "CERT-7", TaxExemptThrough = new DateOnly(2026, 10, 31) });

        Assert.Equal((11.90m, 1.90m, 11.90m), await InvoicedAsync("added"));
        Assert.Equal((10.00m, 1.67m, 10.00m), await InvoicedAsync("included"));
        Assert.Equal((10.00m, 0m, 10.00m), await InvoicedAsync("reversed"));
        Assert.Equal((10.00m, 0m, 10.00m), await InvoicedAsync("exempt"));
        Assert.Equal((-10.00m, -1.90m), await BookedAsync("added"));
        Assert.Equal((-8.33m, -1.67m), await BookedAsync("included"));
        Assert.Equal((-10.00m, 0m), await BookedAsync("exempt"));

        var line = (await house.AccountAsync("added")).GetProperty("invoices")[0].GetProperty("lines")[0];
        Assert.Equal(("Added", 0.19m, "VAT 19 %", 1.90m, 10.00m), (line.GetProperty("taxTreatment").GetString(), line.GetProperty("taxRate").GetDecimal(),
            line.GetProperty("taxName").GetString(), line.GetProperty("tax").GetDecimal(), line.GetProperty("amount").GetDecimal()));
        Assert.Equal("Exempt, certificate CERT-7", (await house.AccountAsync("exempt")).GetProperty("invoices")[0].GetProperty("lines")[0].GetProperty("taxName").GetString());
        Assert.Equal(1.90m, (await house.HearsAsync<InvoiceIssued>(issued => issued.AccountId == "added")).Tax);

        var letter = await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<SendEmails>().SelectMany(mail => mail.Emails)
            .FirstOrDefault(mail => mail is { WorkspaceId: "added", Template: "invoice" })), mail => mail is not null, "the invoice is mailed");
        Assert.Equal(("API calls: 1000 × 0.01 = 10.00\nVAT 19 % of 10.00 = 1.90", "11.90", "1.90"), (letter!.Values!["lines"], letter.Values["total"], letter.Values["tax"]));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"api/explain/{(await house.InvoiceAsync("added")).Number}", UriKind.Relative));
        request.Headers.Accept.ParseAdd("text/plain");
        using var page = await house.Http.SendAsync(request);
        Assert.Matches(@"VAT 19 % of 10\.00 +1\.90\n +-+\n +total +11\.90\n", await page.Content.ReadAsStringAsync());

        var totals = (await house.RunAsync("2026-10")).GetProperty("totals")[0];
        Assert.Equal((41.90m, 3.57m), (totals.GetProperty("invoiced").GetDecimal(), totals.GetProperty("tax").GetDecimal()));
        Assert.Equal(3.57m, Assert.Single((await house.HearsAsync<MonthCloseCompleted>()).Totals).Tax);
        await house.BooksAgreeAsync("2026-10");
        Assert.Equal((3.57m, 3.57m, 41.90m), (await house.ReportedAsync("2026-10", "tax"), await house.ReportedAsync("2026-10", "ledger_tax"),
            await house.ReportedAsync("2026-10", "ledger_invoiced")));

        Assert.Equal(
            [
                new CertifiedTax("USD", "Added", 0.19m, "VAT 19 %", 10.00m, 1.90m), new CertifiedTax("USD", "Exempt", 0, "", 10.00m, 0),
                new CertifiedTax("USD", "Included", 0.20m, "VAT 20 %", 8.33m, 1.67m), new CertifiedTax("USD", "ReverseCharge", 0, "", 10.00m, 0)
            ], (await CertificateAsync()).Taxes);
    }

    [Fact]
    public async Task Should_park_who_has_no_country_or_no_rate_and_bill_him_with_tax_when_they_are_told()
    {
        await SetRatesAsync(German);
        await house.BillOctoberAsync(Sample.Account("nowhere"), Sample.Account("unrated") with { Country = "AT" }, Sample.Account("good") with { Country = "DE" });
        Assert.Equal(("NoTaxCountry", "NoTaxRate"), (await ParkedAsync("nowhere"), await ParkedAsync("unrated")));
        Assert.Equal(["good"], await house.AskAsync(db => db.Invoices.Select(invoice => invoice.AccountId).ToListAsync()));

        await SetRatesAsync(Austrian);
        await house.RegisterAsync(Sample.Account("nowhere") with { Country = "DE" });
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Accounts.AnyAsync(account => account.AccountId == "nowhere" && account.Country == "DE")), "the country is told");
        await house.TellAsync(new UnparkAccounts { Period = "2026-10" });
        await house.HearsAsync<MonthCloseSucceeded>();
        Assert.Equal((11.90m, 1.90m, 11.90m), await InvoicedAsync("nowhere"));
        Assert.Equal((12.00m, 2.00m, 12.00m), await InvoicedAsync("unrated"));
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_take_tax_back_by_credit_notes_to_the_cent()
    {
        await SetRatesAsync(German);
        await house.SetPricesAsync(Sample.ApiCalls with { UnitPrice = 0.02m });
        await house.RegisterAsync(Sample.Account("a") with { Country = "DE", ManualPayment = true });
        await house.UseAsync(Sample.Use("a", 1000));
        await house.CloseAsync("2026-10");
        Assert.Equal((23.80m, 3.80m, 23.80m), await InvoicedAsync("a"));

        var first = await house.CreditAsync(await house.CreditNoteAsync("a", 7.93m));
        Assert.Equal((-20.00m, -2.53m), await BookedAsync("a"));
        var second = await house.CreditAsync(await house.CreditNoteAsync("a", 7.93m));
        var last = await house.CreditAsync(await house.CreditNoteAsync("a", 7.94m));
        Assert.Equal((1.27m, 1.26m, 1.27m), (first.Tax, second.Tax, last.Tax));
        Assert.Equal((-20.00m, 0m), await BookedAsync("a"));
        Assert.Equal(20.00m, await LedgerAsync("a", LedgerAccount.CreditNotes));
        Assert.Equal((0m, 0m), await house.BalanceAsync("a"));
        await house.BooksAgreeAsync("2026-10");
        Assert.Equal((23.80m, 23.80m), (await house.ReportedAsync("2026-10", "credited"), await house.ReportedAsync("2026-10", "ledger_credited")));
    }

    [Fact]
    public async Task Should_take_all_of_the_tax_back_by_a_void_and_ask_for_it_again_on_the_invoice_in_its_place()
    {
        await SetRatesAsync(German with { Rate = 0.16m, Name = "a wrong rate" });
        await house.BillOctoberAsync(Sample.Account("a") with { Country = "DE", ManualPayment = true });
        Assert.Equal((11.60m, 1.60m, 11.60m), await InvoicedAsync("a"));

        await SetRatesAsync(German);
        await house.TellAsync(await house.VoidAsync("a") with { Reissue = true });
        await house.HearsAsync<InvoiceReissued>();
        Assert.Equal((11.90m, 1.90m, 11.90m), await InvoicedAsync("a"));
        Assert.Equal((-10.00m, -1.90m), await BookedAsync("a"));
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_preview_what_it_asks_for_and_notice_a_rate_that_changed_since()
    {
        await SetRatesAsync(German with { Inclusive = true });
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("a") with { Country = "DE" });
        await house.UseAsync(Sample.Use("a", 1000));
        house.Clock.SetTo(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        var preview = await house.PreviewAsync("2026-10");
        Assert.Equal((10.00m, 1.60m), Assert.Single(preview.Totals) is var totals ? (totals.Invoiced, totals.Tax) : default);

        // what is to be paid stays, and still it is another invoice
        await SetRatesAsync(German with { Inclusive = true, Rate = 0.16m, Name = "VAT 16 %", ValidFrom = new DateOnly(2026, 7, 1) });
        await house.TellAsync(new StartMonthClose { Period = "2026-10", CommitToken = preview.CommitToken });
        var held = await house.HearsAsync<MonthCloseHeldBack>();
        Assert.Contains(held.Changes, change => change.Before?.Contains("VAT 19 %: 1.6", StringComparison.Ordinal) == true
            && change.After?.Contains("VAT 16 %: 1.38", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Should_find_a_line_whose_tax_was_changed_and_a_ledger_that_does_not_have_it()
    {
        await SetRatesAsync(German, British);
        await house.BillOctoberAsync(Sample.Account("line") with { Country = "GB" }, Sample.Account("ledger") with { Country = "DE" });
        await house.BreakInAsync("""
            update "InvoiceLine" set "Tax" = 1.50 where "InvoiceId" = (select "InvoiceId" from "Invoice" where "AccountId" = 'line');
            update "LedgerEntry" set "Account" = 'bad-debt' where "Account" = 'tax-payable' and "AccountId" = 'ledger'
            """);
        var differences = (await house.Http.GetFromJsonAsync<JsonElement>(new Uri("api/runs/2026-10/reconciliation", UriKind.Relative))).GetProperty("differences");
        Assert.Equal(["invoice-lines-differ line", "invoice-not-in-ledger ledger"],
            differences.EnumerateArray().Select(one => $"{one.GetProperty("kind").GetString()} {one.GetProperty("accountId").GetString()}"));
    }

    [Fact]
    public async Task Should_charge_no_tax_twice_on_what_is_carried_over()
    {
        await SetRatesAsync(German);
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("small") with { Country = "DE" });
        await house.UseAsync(Sample.Use("small", 30));
        await house.CloseAsync("2026-10");
        Assert.Equal((0.36m, 0.06m, 0.36m), await InvoicedAsync("small"));      // below the gateway's minimum of 0.50

        await house.UseAsync(Sample.Use("small", 1000, "2026-11-10T10:00:00Z"));
        await house.CloseAsync("2026-11");
        Assert.Equal((12.26m, 1.90m, 12.26m), await InvoicedAsync("small"));
        Assert.Equal((-10.30m, -1.96m), await BookedAsync("small"));
        await house.BooksAgreeAsync("2026-11");
    }

    async Task SetRatesAsync(params SetTaxRate[] rates)
    {
        var before = await house.AskAsync(db => db.TaxRates.CountAsync());
        await house.TellAsync([.. rates]);
        await Eventually.HoldsAsync(async () => await house.AskAsync(db => db.TaxRates.CountAsync()) >= before + rates.Length, "the rates are set");
    }

    /// <summary>Total, tax and amount due of the account's last invoice, whose lines add up to them.</summary>
    async Task<(decimal Total, decimal Tax, decimal Due)> InvoicedAsync(string accountId)
    {
        var invoice = await house.InvoiceAsync(accountId);
        var lines = await house.AskAsync(db => db.InvoiceLines.AsNoTracking().Where(line => line.InvoiceId == invoice.InvoiceId).ToListAsync());
        Assert.Equal((invoice.Total, invoice.Tax), (lines.Sum(line => line.Gross), lines.Sum(line => line.Tax)));
        return (invoice.Total, invoice.Tax, invoice.AmountDue);
    }

    async Task<(decimal Revenue, decimal Tax)> BookedAsync(string accountId) =>
        (await LedgerAsync(accountId, LedgerAccount.Revenue), await LedgerAsync(accountId, LedgerAccount.TaxPayable));

    Task<decimal> LedgerAsync(string accountId, string account) => house.AskAsync(db =>
        db.LedgerEntries.Where(entry => entry.AccountId == accountId && entry.Account == account).SumAsync(entry => entry.Amount));

    Task<string?> ParkedAsync(string accountId) => house.AskAsync(db =>
        db.AccountCloses.Where(close => close.AccountId == accountId && close.Step == CloseStep.Parked).Select(close => close.ReasonCode).SingleOrDefaultAsync());

    async Task<CloseCertificate> CertificateAsync() => CertificateFile.Parse(await Eventually.HoldsAsync(async () =>
        {
            using var answer = await house.Http.GetAsync(new Uri("api/runs/2026-10/certificate", UriKind.Relative));
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : "";
        }, text => text.Length > 0, "the certificate is made")).Certificate;
}
