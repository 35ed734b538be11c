using System.Globalization;
using System.Net;
using System.Text.Json;
using Billing.Console.Pages;
using Billing.Console.Reading;
using Billing.Console.Viewing;
using Billing.Hosting.Describing;
using Billing.Hosting.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Scalar.AspNetCore;

namespace Billing.Console.Serving;

/// <summary>
/// What every host answers over HTTP, as a page: Scalar shows the hosts' OpenAPI documents. Its script comes from our own binaries, the documents through this
/// console, and the page's policy lets it ask nobody else. It shows, and sends no requests: a service's key is not the browser's.
/// </summary>
static class ApiDocsEndpoints
{
    const string Own = "console";

    /// <summary>The script writes styles into the page; nothing else is let in that the other pages have not.</summary>
    const string Policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    static readonly string[] Hosts = [.. Enum.GetValues<Upstream>().Select(service => service.Name()), Own];

    static readonly string Script = $"/assets/scalar/{typeof(ScalarOptions).Assembly.ManifestModule.ModuleVersionId:N}.js";

    public static void MapApiDocs(this WebApplication app)
    {
        var docs = app.MapGroup("").AllowWithoutKey().ExcludeFromDescription();      // the gate is their lock
        docs.MapGet("/api-docs", async Task<IResult> (HttpContext context, PageServer pages, Entrance entrance) =>
        {
            if (await RefuseAsync(context, pages, entrance) is { } refused)
                return refused;
            context.Response.Headers.ContentSecurityPolicy = Policy;
            return TypedResults.Text(Page(), "text/html; charset=utf-8");
        });
        docs.MapGet("/api-docs/{name}.json", async Task<IResult> (string name, HttpContext context, PageServer pages, Entrance entrance, FactBook facts,
            HostDescription own) =>
            await RefuseAsync(context, pages, entrance) is { } refused ? refused
            : name == Own ? Json(await own.TextAsync())
            : UpstreamNames.Of(name) is { } service ? await OfAsync(facts, service, context.RequestAborted)
            : TypedResults.NotFound());
        docs.MapGet(Script, (HttpResponse response) =>
        {
            response.Headers.CacheControl = "public, max-age=31536000, immutable";
            return ScalarScript.Serve(response);
        });
    }

    static async Task<IResult?> RefuseAsync(HttpContext context, PageServer pages, Entrance entrance)
    {
        context.Response.Headers.CacheControl = "no-store";
        return await Gate.ViewerOfAsync(context, entrance) is not { } viewer ? TypedResults.LocalRedirect("/sign-in?to=%2Fapi-docs")
            : viewer.May(Rights.Read) ? null
            : await pages.MessageAsync(viewer, StatusCodes.Status403Forbidden, "This page is not for you", $"It needs the right {Rights.Read}.");
    }

    static async Task<IResult> OfAsync(FactBook facts, Upstream service, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await facts.ClientOf(service).GetAsync(new Uri(HostDescription.Path.TrimStart('/'), UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode ? Json(await answer.Content.ReadAsStringAsync(cancellationToken))
                : Away($"{service.Name()} answered {(int)answer.StatusCode}.");
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException)
        {
            return Away($"{service.Name()} is away: {away.Message}");
        }
    }

    static ContentHttpResult Json(string text) => TypedResults.Text(text, "application/json; charset=utf-8");

    static ContentHttpResult Away(string why) => TypedResults.Text(why, statusCode: StatusCodes.Status503ServiceUnavailable);

    static string Page()
    {
        var sources = JsonSerializer.Serialize(Hosts.Select(name => new { title = name, slug = name, url = $"/api-docs/{name}.json" }));
        var links = string.Join(" · ", Hosts.Select(name => $"<a href=\"/api-docs/{name}.json\">{name}</a>"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>API of all hosts · Billing</title>
                <link rel="icon" href="{AssetEndpoints.AddressOf("icon.svg")}" type="image/svg+xml">
                <script src="{Script}" defer></script>
                <script src="{AssetEndpoints.AddressOf("api-docs.js")}" defer></script>
            </head>
            <body>
                <p style="margin: 0; padding: .5rem 1rem; font: 14px/1.5 system-ui, sans-serif">
                    <a href="/health-of-all">Back to the console</a> · OpenAPI documents: {links}
                </p>
                <div id="app" data-sources="{WebUtility.HtmlEncode(sources)}"></div>
            </body>
            </html>
            """);
    }
}
