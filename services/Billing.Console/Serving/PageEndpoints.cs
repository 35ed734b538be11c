using Billing.Clock;
using Billing.Console.Live;
using Billing.Console.Pages;
using Billing.Console.Parts;
using Billing.Console.Reading;
using Billing.Console.Viewing;
using Billing.Hosting.Http;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Billing.Console.Serving;

/// <summary>Each page at its address: whole for who opens it, and its moving part as a stream of events for who asks for one.</summary>
static class PageEndpoints
{
    /// <summary>An invoice's number, or the id of it or of a charge.</summary>
    static bool IsOfInvoice(string text) => text.Trim().StartsWith("INV-", StringComparison.OrdinalIgnoreCase) || Guid.TryParse(text.Trim(), out _);

    public static void MapPages(this WebApplication app)
    {
        var pages = app.MapGroup("").AllowWithoutKey().WithMetadata(new DisableRequestTimeoutAttribute())      // the gate is their lock
            .ExcludeFromDescription();
        foreach (var page in PageList.All)
            pages.MapGet(page.Route, (HttpContext context, PageServer server) => server.ServeAsync(context, page));
        pages.MapGet("/sending", () => TypedResults.LocalRedirect("/admin/queues"));
        pages.MapGet("/find", (string? text) => TypedResults.LocalRedirect(IsOfInvoice(text ?? "") ? $"/invoices/{Show.Path(text!.Trim())}"
            : $"/accounts?text={Uri.EscapeDataString(text?.Trim() ?? "")}"));
        pages.MapGet("/papers/{**id:minlength(1)}", (HttpContext context, string id, PageServer server) => server.PaperAsync(context, id));
    }
}

/// <summary>Answers with pages.</summary>
sealed class PageServer(PageRenderer renderer, FactBook facts, LiveHub hub, Entrance entrance, TimeProvider clock)
{
    public async Task<IResult> ServeAsync(HttpContext context, Page page)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await Gate.ViewerOfAsync(context, entrance) is not { } viewer)
            return TypedResults.LocalRedirect($"/sign-in?to={Uri.EscapeDataString(AddressOf(context))}");
        if (!viewer.May(page.Needs))
            return await MessageAsync(viewer, StatusCodes.Status403Forbidden, "This page is not for you", $"It needs the right {page.Needs}.");
        if (context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
            return Stream(context, page, viewer);
        var look = LookOf(context, viewer);
        var html = await renderer.RenderAsync(page.Component, new() { ["Look"] = look });
        return look.Nothing is { } nothing
            ? await MessageAsync(viewer, StatusCodes.Status404NotFound, "Nothing here", nothing)
            : await WholeAsync(viewer, StatusCodes.Status200OK, look.Title ?? page.Title, page.Nav, html, look.Sources, isLive: page.Nav.Length > 0);
    }

    /// <summary>A paper as its customer gets it, to the byte.</summary>
    public async Task<IResult> PaperAsync(HttpContext context, string id)
    {
        if (await Gate.ViewerOfAsync(context, entrance) is not { } viewer)
            return TypedResults.LocalRedirect("/sign-in");
        if (!viewer.May(Rights.Read | Rights.Personal))
            return await MessageAsync(viewer, StatusCodes.Status403Forbidden, "This paper is not for you", $"It needs the right {Rights.Personal}.");
        try
        {
            var paper = new Uri($"api/papers/{Show.Path(id)}?format=pdf", UriKind.Relative);
            using var answer = await facts.ClientOf(Upstream.MonthClose).GetAsync(paper, context.RequestAborted);
            return answer.IsSuccessStatusCode
                ? TypedResults.Bytes(await answer.Content.ReadAsByteArrayAsync(context.RequestAborted), "application/pdf")
                : await MessageAsync(viewer, StatusCodes.Status404NotFound, "Nothing here", $"There is no paper of {id}.");
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException)
        {
            return await MessageAsync(viewer, StatusCodes.Status503ServiceUnavailable, "month-close is away", away.Message);
        }
    }

    IResult Stream(HttpContext context, Page page, Caller viewer)
    {
        if (hub.IsFull)
            return TypedResults.Text("Too many pages are watched; try again later.", statusCode: StatusCodes.Status503ServiceUnavailable);
        var (address, values) = (AddressOf(context), ValuesOf(context));
        // who may the same sees the same: it is rendered once for all of them
        var anybody = viewer with { Name = "" };
        return TypedResults.ServerSentEvents(hub.WatchAsync($"{viewer.Rights}{address}", async () =>
        {
            var look = new Look(facts, anybody, address, values);
            var html = await renderer.RenderAsync(page.Component, new() { ["Look"] = look });
            return new Shown(anybody.ShownPage(html), look.Sources);
        }, context.RequestAborted));
    }

    public Look LookOf(HttpContext context, Caller viewer) => new(facts, viewer, AddressOf(context), ValuesOf(context));

    /// <summary>A page that says one thing.</summary>
    public Task<IResult> MessageAsync(Caller? viewer, int status, string title, string text) => PlainAsync(viewer, status, title, typeof(Message),
        new() { ["Title"] = title, ["Text"] = text });

    /// <summary>A page that stands still.</summary>
    /// <param name="viewer">Who sees it; null when nobody is signed in.</param>
    /// <param name="status">Of HTTP.</param>
    /// <param name="title">Of the page.</param>
    /// <param name="component">What stands on it.</param>
    /// <param name="parameters">Of that.</param>
    /// <param name="goTo">Where the browser goes on by itself.</param>
    public async Task<IResult> PlainAsync(
        Caller? viewer, int status, string title, Type component, Dictionary<string, object?> parameters, string? goTo = null) =>
        await WholeAsync(viewer, status, title, "", await renderer.RenderAsync(component, parameters), [], isLive: false, goTo);

    async Task<IResult> WholeAsync(Caller? viewer, int status, string title, string nav, string html, IReadOnlyList<Source> sources, bool isLive,
        string? goTo = null)
    {
        var whole = await renderer.RenderAsync(typeof(Shell), new()
        {
            ["Title"] = title,
            ["Nav"] = nav,
            ["Viewer"] = viewer,
            ["SignsIn"] = entrance.IsLocked,
            ["GoTo"] = goTo,
            ["Body"] = new MarkupString(viewer?.ShownPage(html) ?? html),
            ["Sources"] = sources,
            ["IsLive"] = isLive,
            ["TestClock"] = TestClockText.Of(clock)
        });
        return TypedResults.Text("<!doctype html>" + whole, "text/html; charset=utf-8", statusCode: status);
    }

    static string AddressOf(HttpContext context) => context.Request.Path + context.Request.QueryString;

    static Dictionary<string, string> ValuesOf(HttpContext context)
    {
        var values = context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in context.Request.RouteValues)
            values[name] = value?.ToString() ?? "";
        return values;
    }
}
