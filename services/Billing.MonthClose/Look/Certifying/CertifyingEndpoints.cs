using System.Globalization;
using System.Net;
using System.Text;
using Billing.Hosting.Http;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.Views.Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Look.Certifying;

/// <summary>A run's certificate as it was made, and what the books say now, to be held against it.</summary>
static class CertifyingEndpoints
{
    public static void AddCertifying(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CertificateOptions>().Bind(configuration.GetSection(CertificateOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CertificateOptions>, CertificateOptionsRules>();
        services.AddScoped<InvoiceLeaves>().AddScoped<CertificateStore>();
    }

    public static void MapCertifying(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/api/runs/{period}/certificate", (string period, CertificateStore certificates, CancellationToken stopping) =>
            OfRunAsync(period, async run =>
                await certificates.FindAsync(run, stopping) is { } text ? TypedResults.Text(text, "application/json; charset=utf-8") : null))
            .Produces<CertificateFile>();
        reads.MapGet("/api/runs/{period}/certificate/books", (string period, MonthCloseDbContext db, InvoiceLeaves leaves, CancellationToken stopping) =>
            OfRunAsync(period, async run =>
            {
                if (!await db.Runs.AnyAsync(one => one.CorrelationId == run, stopping))
                    return null;
                var invoices = await leaves.ReadAsync(run, new TaxSums(), stopping);
                return TypedResults.Ok(new CertifiedBooks(CertificateFile.RootOf(invoices), invoices));
            })).Produces<CertifiedBooks>();
        reads.MapGet("/runs/{period}/certificate", (string period, CertificateStore certificates, CancellationToken stopping) =>
            OfRunAsync(period, async run => await certificates.FindAsync(run, stopping) is { } text
                ? TypedResults.Text(Page(CertificateFile.Parse(text)), "text/html; charset=utf-8") : null)).Produces<string>(contentType: "text/html");
    }

    static async Task<IResult> OfRunAsync(string period, Func<Guid, Task<IResult?>> read) =>
        !BillingPeriod.TryParse(period, out var month) ? QueryPeriod.Refuse(period)
        : await read(RunState.IdOf($"{month}")) ?? TypedResults.NotFound();

    /// <summary>For a person who files it.</summary>
    static string Page(CertificateFile file)
    {
        var certificate = file.Certificate;
        string Amount(decimal amount, string currency) => amount.ToString("N" + Currencies.DecimalsOf(currency), CultureInfo.InvariantCulture);
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Certificate of {{certificate.Period}}</title>
            <style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#222}table{border-collapse:collapse;margin:1rem 0}
            th,td{padding:.25rem .75rem;border-bottom:1px solid #ccc;text-align:right}th:first-child,td:first-child{text-align:left}
            code{word-break:break-all}</style>
            <h1>Certificate of the close of {{certificate.Period}}</h1>
            <table>
            <tr><td>State</td><td>{{certificate.State}}</td></tr>
            <tr><td>Asked for by</td><td>{{WebUtility.HtmlEncode(certificate.RequestedBy ?? "nobody named")}}</td></tr>
            <tr><td>Begun</td><td>{{certificate.StartedAt:u}}</td></tr>
            <tr><td>Ended</td><td>{{certificate.CompletedAt:u}}</td></tr>
            <tr><td>Certified</td><td>{{certificate.CertifiedAt:u}}</td></tr>
            <tr><td>Version of the program</td><td>{{WebUtility.HtmlEncode(certificate.CodeVersion)}}</td></tr>
            <tr><td>Price list</td><td>{{certificate.PriceVersion}}</td></tr>
            """);
        foreach (var (name, count) in certificate.Accounts)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>Accounts: {name}</td><td>{count}</td></tr>");
        html.Append("</table><table><tr><th>Currency</th><th>Invoices</th><th>Invoiced</th><th>Credit used</th><th>Collected</th><th>Open</th></tr>");
        foreach (var money in certificate.Money)
            html.Append("<tr>").AppendJoin("", new[]
            {
                money.Currency, money.Invoices.ToString(CultureInfo.InvariantCulture), Amount(money.Invoiced, money.Currency),
                Amount(money.CreditUsed, money.Currency), Amount(money.Collected, money.Currency), Amount(money.Open, money.Currency)
            }.Select(cell => $"<td>{cell}</td>")).Append("</tr>");
        if (certificate.Taxes.Count > 0)
            html.Append("</table><table><tr><th>Tax</th><th>Rate</th><th>Net</th><th>Tax</th></tr>");
        foreach (var tax in certificate.Taxes)
            html.Append("<tr>").AppendJoin("", new[]
            {
                $"{tax.Currency} {tax.Treatment} {WebUtility.HtmlEncode(tax.Name)}", tax.Rate.ToString("0.######", CultureInfo.InvariantCulture),
                Amount(tax.Net, tax.Currency), Amount(tax.Tax, tax.Currency)
            }.Select(cell => $"<td>{cell}</td>")).Append("</tr>");
        html.Append(CultureInfo.InvariantCulture, $"</table><p>Merkle root over {certificate.Invoices} invoices: <code>{certificate.Root}</code></p>");
        html.Append(file.Signature is { } signature
            ? $"<p>Signed ({signature.Algorithm}): <code>{signature.Value}</code></p>"
            : "<p><strong>Not signed:</strong> the service has no key (<code>Certificates:PrivateKey</code>).</p>");
        return html.Append("</html>").ToString();
    }
}
