using Billing.Console.Acting;
using Billing.Console.Live;
using Billing.Console.Pages;
using Billing.Console.Viewing;
using Billing.Hosting.Http;
using Microsoft.AspNetCore.Antiforgery;

namespace Billing.Console.Serving;

/// <summary>An act is a page that says what is at stake, a form that is sent from it, and a page that says what became of it.</summary>
static class ActEndpoints
{
    static readonly Dictionary<string, Act> All =
        RunActs.All.Concat(InvoiceActs.All).Concat(OperatingActs.All).ToDictionary(act => act.Name, StringComparer.Ordinal);

    public static void AddActing(this IServiceCollection services) => services.AddSingleton<CommandSender>().AddSingleton<ActServer>();

    public static void MapActs(this WebApplication app)
    {
        var acts = app.MapGroup("/acts").AllowWithoutKey().ExcludeFromDescription();
        acts.MapGet("/{name}", (string name, HttpContext context, ActServer server) => server.AskAsync(context, All.GetValueOrDefault(name)));
        acts.MapPost("/{name}", (string name, HttpContext context, ActServer server) => server.DoAsync(context, All.GetValueOrDefault(name)));
    }
}

/// <summary>Asks, and does.</summary>
sealed class ActServer(PageServer pages, CommandSender commands, IAntiforgery forms, Entrance entrance)
{
    public async Task<IResult> AskAsync(HttpContext context, Act? act)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await Gate.ViewerOfAsync(context, entrance) is not { } viewer)
            return TypedResults.LocalRedirect($"/sign-in?to={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
        if (await RefuseAsync(act, viewer) is { } refused)
            return refused;
        var look = pages.LookOf(context, viewer);
        return await FormAsync(context, viewer, StatusCodes.Status200OK, look, await act!.Propose(look), []);
    }

    public async Task<IResult> DoAsync(HttpContext context, Act? act)
    {
        if (await Gate.ViewerOfAsync(context, entrance) is not { } viewer)
            return await pages.MessageAsync(null, StatusCodes.Status401Unauthorized, "You are not signed in", "Nothing was done.");
        if (await RefuseAsync(act, viewer) is { } refused)
            return refused;
        if (!await forms.IsRequestValidAsync(context))
            return await pages.MessageAsync(viewer, StatusCodes.Status400BadRequest, "The form is too old", "Nothing was done. Open the page again.");
        var form = (await context.Request.ReadFormAsync(context.RequestAborted)).ToDictionary(field => field.Key, field => field.Value.ToString().Trim());
        var look = pages.LookOf(context, viewer);
        var proposal = await act!.Propose(look);
        var wrong = proposal.Fields.Where(field => field.IsRequired && form.GetValueOrDefault(field.Name, "").Length == 0)
            .Select(field => $"“{field.Label}” is empty; expected some words.")
            .Concat(proposal.Fields.Where(field => field.Kind != "hidden" && form.GetValueOrDefault(field.Name, "").Length > Field.Longest)
                .Select(field => $"“{field.Label}” is longer than {Field.Longest} characters.")).ToList();
        if (proposal.Impossible is not null || wrong.Count > 0)
            return await FormAsync(context, viewer, StatusCodes.Status409Conflict, look, proposal, wrong);
        var said = new Filled(form, viewer.Name);
        var back = OwnPage.Of(look["back"]);
        var id = proposal.Command is { } command
            ? await commands.SendAsync(command(said), proposal.Service, proposal.Title, back, viewer.Name, context.RequestAborted)
            : await WayAsync(proposal, said, back, context.RequestAborted);
        return TypedResults.LocalRedirect($"/outcomes/{id}");
    }

    async Task<Guid> WayAsync(Proposal proposal, Filled said, string back, CancellationToken cancellationToken)
    {
        try
        {
            return commands.Keep(proposal.Title, back, said.By, await proposal.Way!(said, cancellationToken), null);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return commands.Keep(proposal.Title, back, said.By, null, $"It was not done, or nobody knows: {failure.Message}");
        }
    }

    async Task<IResult?> RefuseAsync(Act? act, Caller viewer) =>
        act is null ? await pages.MessageAsync(viewer, StatusCodes.Status404NotFound, "Nothing here", "There is no such act.")
        : viewer.May(act.Needs) ? null
        : await pages.MessageAsync(viewer, StatusCodes.Status403Forbidden, "This is not for you", $"It needs the right {act.Needs}. Nothing was done.");

    Task<IResult> FormAsync(HttpContext context, Caller viewer, int status, Look look, Proposal proposal, IReadOnlyList<string> wrong) =>
        pages.PlainAsync(viewer, status, proposal.Title, typeof(Confirm), new()
        {
            ["Of"] = proposal,
            ["Wrong"] = wrong,
            ["Address"] = look.Address,
            ["Back"] = OwnPage.Of(look["back"]),
            ["Token"] = forms.GetAndStoreTokens(context).RequestToken
        });
}
