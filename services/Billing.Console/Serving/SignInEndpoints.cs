using Billing.Console.Pages;
using Billing.Console.Viewing;
using Billing.Hosting.Http;
using Microsoft.AspNetCore.Antiforgery;

namespace Billing.Console.Serving;

/// <summary>In and out, where there is a key to ask for.</summary>
static class SignInEndpoints
{
    static readonly Dictionary<string, string> Refusals = new(StringComparer.Ordinal)
    {
        ["key"] = "This key is not known.",
        ["provider"] = "The provider's answer was not good. Nothing was done; try again.",
        ["rights"] = "You are known, and have no right here. Ask whoever keeps the settings of this console.",
        ["away"] = "The provider does not answer. Try again later."
    };

    public static void MapSignIn(this WebApplication app)
    {
        var doors = app.MapGroup("").AllowWithoutKey().ExcludeFromDescription();
        doors.MapGet("/sign-in", (HttpContext context, PageServer pages, IAntiforgery forms, Entrance entrance) =>
            FormAsync(context, pages, forms, entrance, context.Request.Query["to"].ToString(), context.Request.Query["refused"].ToString()));
        doors.MapPost("/sign-in", SignInAsync);
        doors.MapGet("/sign-out", (HttpContext context, PageServer pages, IAntiforgery forms) =>
            pages.PlainAsync(null, StatusCodes.Status200OK, "Sign out", typeof(SignOut), new() { ["Token"] = forms.GetAndStoreTokens(context).RequestToken }));
        doors.MapPost("/sign-out", SignOutAsync);
        if (app.Services.GetRequiredService<Entrance>().Provider is null)
            return;
        doors.MapGet("/sign-in/provider", async (HttpContext context) =>
        {
            if (!await ProviderSignIn.BeginAsync(context, OwnPage.Of(context.Request.Query["to"].ToString())))
                context.Response.Redirect("/sign-in?refused=away");
        });
        // Whoever comes from another site is sent no strict cookie on the way. From this page on he is led by us.
        doors.MapGet("/signed-in", (HttpContext context, PageServer pages) => LeadAsync(
            pages, "You are signed in", "Go on", OwnPage.Of(context.Request.Query["to"].ToString())));
    }

    static async Task<IResult> SignOutAsync(HttpContext context, PageServer pages, IAntiforgery forms, Entrance entrance)
    {
        if (!await forms.IsRequestValidAsync(context))
            return TypedResults.LocalRedirect("/");
        await Gate.SignOutAsync(context);
        return entrance.Provider is { } provider && await ProviderSignIn.EndAsync(context) is { } end
            ? await LeadAsync(pages, "You are signed out here", $"Sign out of {provider.Settings.Label} as well", end)
            : TypedResults.LocalRedirect("/");
    }

    static Task<IResult> LeadAsync(PageServer pages, string title, string text, string to) =>
        pages.PlainAsync(null, StatusCodes.Status200OK, title, typeof(Lead), new() { ["Title"] = title, ["Text"] = text, ["To"] = to }, goTo: to);

    static async Task<IResult> SignInAsync(HttpContext context, PageServer pages, IAntiforgery forms, Entrance entrance, ILogger<PageServer> log)
    {
        if (!await forms.IsRequestValidAsync(context))
            return await pages.MessageAsync(null, StatusCodes.Status400BadRequest, "The form is too old", "Open the page again.");
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (entrance.Keys.Find(form["key"].ToString()) is not { } viewer)
        {
            log.WrongKey();
            return await FormAsync(context, pages, forms, entrance, form["to"].ToString(), "key");
        }

        await Gate.SignInAsync(context, viewer);
        log.SignedIn(viewer.Name);
        return TypedResults.LocalRedirect(OwnPage.Of(form["to"].ToString()));
    }

    static Task<IResult> FormAsync(HttpContext context, PageServer pages, IAntiforgery forms, Entrance entrance, string to, string refused) =>
        pages.PlainAsync(null, StatusOf(refused), "Sign in", typeof(SignIn), new()
        {
            ["Token"] = forms.GetAndStoreTokens(context).RequestToken,
            ["To"] = OwnPage.Of(to),
            ["Refusal"] = Refusals.GetValueOrDefault(refused),
            ["WithKey"] = entrance.Keys.AreSet,
            ["Provider"] = entrance.Provider?.Settings.Label
        });

    static int StatusOf(string refused) =>
        refused switch { "" => StatusCodes.Status200OK, "rights" => StatusCodes.Status403Forbidden, _ => StatusCodes.Status401Unauthorized };
}
