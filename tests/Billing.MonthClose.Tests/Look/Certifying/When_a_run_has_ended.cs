using System.Net.Http.Json;
using System.Security.Cryptography;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Billing.Views.Certificates;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Certifying;

public sealed class When_a_run_has_ended : IAsyncLifetime
{
    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly MonthCloseHouse house = new();

    public async Task InitializeAsync()
    {
        house.Settings["Certificates:PrivateKey"] = key.ExportPkcs8PrivateKeyPem();
        await ReadyAsync(house);
    }

    public async Task DisposeAsync()
    {
        await house.DisposeAsync();
        key.Dispose();
    }

    static async Task ReadyAsync(MonthCloseHouse house)
    {
        await house.InitializeAsync();
        await house.SetPricesAsync(Sample.ApiCalls);
        string[] ids = ["ann", "Bob", "cid"];
        await house.RegisterAsync([.. ids.Select(Sample.Account)]);
        await house.UseAsync([.. ids.Select((id, number) => Sample.Use(id, 1000 * (number + 1)))]);
        await house.CloseAsync("2026-10");
    }

    static async Task<CertificateFile> CertificateAsync(MonthCloseHouse house) => CertificateFile.Parse(await Eventually.HoldsAsync(async () =>
        {
            using var answer = await house.Http.GetAsync(new Uri("api/runs/2026-10/certificate", UriKind.Relative));
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : "";
        }, text => text.Length > 0, "the certificate is made"));

    async Task<CertifiedBooks> BooksAsync() =>
        (await house.Http.GetFromJsonAsync<CertifiedBooks>(new Uri("api/runs/2026-10/certificate/books", UriKind.Relative)))!;

    [Fact]
    public async Task Should_certify_what_it_did_and_sign_it()
    {
        var file = await CertificateAsync(house);

        Assert.Equal([], file.Faults(key.ExportSubjectPublicKeyInfoPem()));
        Assert.Equal(["Bob", "ann", "cid"], file.Invoices.Select(invoice => invoice.AccountId));
        Assert.Equal(("2026-10", "Succeeded", 3), (file.Certificate.Period, file.Certificate.State, file.Certificate.Invoices));
        Assert.Equal(3, file.Certificate.Accounts["Closed"]);
        var money = Assert.Single(file.Certificate.Money);
        Assert.Equal(money.Invoiced, money.Collected);
        Assert.Null(file.FirstDifference((await BooksAsync()).Invoices));
        Assert.Contains(file.Certificate.Root, await house.Http.GetStringAsync(new Uri("runs/2026-10/certificate", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_name_the_invoice_of_which_one_cent_was_changed()
    {
        var file = await CertificateAsync(house);

        await house.BreakInAsync("""
            update "InvoiceLine" set "Amount" = "Amount" + 0.01
            where "Position" = 1 and "InvoiceId" = (select "InvoiceId" from "Invoice" where "AccountId" = 'ann')
            """);

        var books = await BooksAsync();
        Assert.NotEqual(file.Certificate.Root, books.Root);
        Assert.Equal($"Invoice {file.Invoices[1].Number} of account ann says something else in the books than what was certified.", file.FirstDifference(books.Invoices));
        Assert.Contains("of account ann is certified, and the books have it no more", file.FirstDifference([books.Invoices[0], books.Invoices[2]]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_come_to_the_same_root_from_the_same_inputs()
    {
        await using var another = new MonthCloseHouse();
        await ReadyAsync(another);

        var (here, there) = (await CertificateAsync(house), await CertificateAsync(another));

        Assert.Equal(here.Certificate.Root, there.Certificate.Root);
        Assert.Equal(["It is not signed: the service that made it had no key (Certificates:PrivateKey)."], there.Faults(null));
    }

    [Fact]
    public async Task Should_see_that_the_file_was_changed()
    {
        var text = $"{await CertificateAsync(house)}";

        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal([], CertificateFile.Parse(text).Faults(null));
        Assert.Equal(["It is signed by another key than the one that was given."], CertificateFile.Parse(text).Faults(stranger.ExportSubjectPublicKeyInfoPem()));
        Assert.Equal(["The signature does not fit: the certificate was changed after it was signed."],
            CertificateFile.Parse(text.Replace("\"state\":\"Succeeded\"", "\"state\":\"Completed\"", StringComparison.Ordinal)).Faults(null));
        var hash = CertificateFile.Parse(text).Invoices[0].Hash;
        Assert.StartsWith("The root over its 3 invoices is ", CertificateFile.Parse(text.Replace(hash, new string('0', 64), StringComparison.Ordinal)).Faults(null)[0], StringComparison.Ordinal);
    }
}
