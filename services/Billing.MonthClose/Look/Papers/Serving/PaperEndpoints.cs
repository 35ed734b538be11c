using Billing.Hosting.Http;
using Billing.MonthClose.Books.Papers;
using Billing.MonthClose.Look.Papers.Pdf;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Billing.MonthClose.Look.Papers.Serving;

/// <summary>Papers for people of ours, by number; and for customers, by an address that nobody guesses.</summary>
static class PaperEndpoints
{
    public const string Html = "html";
    public const string Pdf = "pdf";

    /// <summary>For what a browser shows with a viewer of its own.</summary>
    const string OtherPolicy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'";

    public static void AddPapers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SellerOptions>().Bind(configuration.GetSection(SellerOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<InvoicesOptions>().Bind(configuration.GetSection(InvoicesOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InvoicesOptions>, InvoicesOptionsRules>();
        services.AddSingleton<PaperLinks>().AddScoped<SellerBook>().AddScoped<PaperReader>().AddScoped<PaperStore>();
        services.AddSingleton(PaperWords.English);
        services.AddSingleton<IPaperRendering, PdfRendering>().AddSingleton<IPaperRendering, HtmlRendering>();
    }

    public static void MapPapers(this WebApplication app)
    {
        app.MapGet("/api/papers/{**id:minlength(1)}", async Task<IResult> (string id, string? format, HttpResponse response, PaperLinks links,
            PaperReader reader, PaperStore papers, CancellationToken stopping) =>
        {
            if (await reader.FindAsync(id, stopping) is not { } paper)
                return TypedResults.NotFound();
            if (await papers.FindAsync(paper, format ?? Pdf, stopping) is not { } served)
                return TypedResults.BadRequest($"format is \"{format}\"; expected one of {string.Join(", ", papers.Formats)}");
            if (links.AddressOf(paper.Kind, paper.Id) is { } address)
                response.Headers.Link = $"<{address}>; rel=\"alternate\"";
            return Serve(served, response);
        }).Needs(Rights.Personal).Produces<byte[]>(contentType: "application/pdf", additionalContentTypes: "text/html");
        app.MapMethods("/invoices/{**token:minlength(1)}", ["GET", "HEAD"], async Task<IResult> (string token, string? format, HttpResponse response,
            PaperLinks links, PaperReader reader, PaperStore papers, CancellationToken stopping) =>
        {
            Guard(response.Headers);
            var (proof, ending) = token.Split('.', 2) is [var before, var after] ? (before, after) : (token, format);
            if (links.Open(proof) is not var (kind, id) || await reader.FindAsync(kind, id, stopping) is not { } paper)
                return TypedResults.NotFound();
            if (paper.IsVoid && ending is null)
                return TypedResults.Text(VoidPage(paper, links), "text/html; charset=utf-8");
            if (await papers.FindAsync(paper, ending ?? Html, stopping) is not { } served)
                return TypedResults.NotFound();
            if (ending is not (null or Html))
                response.Headers.ContentSecurityPolicy = OtherPolicy;
            return Serve(served, response);
        }).Produces<string>(contentType: "text/html", additionalContentTypes: "application/pdf")
            .AllowWithoutKey();      // the proof in the address is its key
    }

    static FileContentHttpResult Serve(ServedPaper paper, HttpResponse response)
    {
        var disposition = new ContentDispositionHeaderValue("inline");
        disposition.SetHttpFileName(paper.FileName);
        response.Headers.ContentDisposition = disposition.ToString();
        return TypedResults.Bytes(paper.Bytes, paper.MediaType, entityTag: new EntityTagHeaderValue($"\"{paper.Sha256}\""));
    }

    /// <summary>The address is a secret between the customer and us: no search engine, no cache between, no other site hears of it.</summary>
    static void Guard(IHeaderDictionary headers)
    {
        headers.CacheControl = "private";
        headers.ContentSecurityPolicy = HtmlRendering.Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow, noarchive";
    }

    /// <summary>What stands at the address of an invoice that was voided. The papers stay as they were issued.</summary>
    static string VoidPage(PaperOf paper, PaperLinks links)
    {
        var words = PaperWords.English;
        var more = new List<(string, string)>();
        if (paper is { ReplacedBy: { } id, ReplacedByNumber: { } number } && links.TokenOf(PaperKind.Invoice, id) is { } other)
            more.Add(($"{words.Invoice} {number}", other));
        more.Add((words.AsItWasIssued, $"?format={Pdf}"));
        return HtmlRendering.Notice(words, words.IsVoid(paper.Number), more);
    }
}
