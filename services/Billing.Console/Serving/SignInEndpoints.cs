using Billing.Console.Pages;
using Billing.Console.Viewing;
using Billing.Hosting.Http;
using Microsoft.AspNetCore.Antiforgery;

namespace Billing.Console.Serving;

/// <summary>In and out, where there is a key to ask for.</summary>
static class SignInEndpoints
{
    public static void MapSignIn(this WebApplication app)
    {
        var doors = app.MapGroup("").AllowWithoutKey();
        doors.MapGet("/sign-in", (HttpContext context, PageServer pages, IAntiforgery forms) =>
            FormAsync(context, pages, forms, context.Request.Query["to"].ToString(), wrong: false));
        doors.MapPost("/sign-in", SignInAsync);
        doors.MapGet("/sign-out", (HttpContext context, PageServer pages, IAntiforgery forms) =>
            pages.PlainAsync(null, StatusCodes.Status200OK, "Sign out", typeof(SignOut), new() { ["Token"] = forms.GetAndStoreTokens(context).RequestToken }));
        doors.MapPost("/sign-out", async Task<IResult> (HttpContext context, IAntiforgery forms) =>
        {
            if (await forms.IsRequestValidAsync(context))
                await Gate.SignOutAsync(context);
            return TypedResults.LocalRedirect("/");
        });
    }

    static async Task<IResult> SignInAsync(HttpContext context, PageServer pages, IAntiforgery forms, HttpKeys keys, ILogger<PageServer> log)
    {
        if (!await forms.IsRequestValidAsync(context))
            return await pages.MessageAsync(null, StatusCodes.Status400BadRequest, "The form is too old", "Open the page again.");
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (keys.Find(form["key"].ToString()) is not { } viewer)
        {
            log.WrongKey();
            return await FormAsync(context, pages, forms, form["to"].ToString(), wrong: true);
        }

        await Gate.SignInAsync(context, viewer);
        log.SignedIn(viewer.Name);
        return TypedResults.LocalRedirect(OwnPage.Of(form["to"].ToString()));
    }

    static Task<IResult> FormAsync(HttpContext context, PageServer pages, IAntiforgery forms, string to, bool wrong) =>
        pages.PlainAsync(null, wrong ? StatusCodes.Status401Unauthorized : StatusCodes.Status200OK, "Sign in", typeof(SignIn), new()
        {
            ["Token"] = forms.GetAndStoreTokens(context).RequestToken,
            ["To"] = OwnPage.Of(to),
            ["IsWrong"] = wrong
        });
}
