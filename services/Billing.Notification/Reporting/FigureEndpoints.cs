using Billing.Hosting.Http;
using Billing.Hosting.Validation;
using Billing.Notification.Messages;
using Billing.Notification.Metrics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Billing.Notification.Reporting;

/// <summary>Body of <c>POST /api/metrics/reset</c>; the same may be given in the query.</summary>
/// <param name="Type"><c>sms</c>, <c>email</c> or <c>all</c>; all when neither it nor a workspace is named.</param>
/// <param name="WorkspaceId">Only this workspace.</param>
/// <param name="By">Who resets. The caller's address when left out.</param>
public sealed record ResetRequest(string? Type = null, string? WorkspaceId = null, string? By = null);

static class FigureEndpoints
{
    const int LongestName = 128;

    /// <summary>Workspaces and channels in one answer: a screen of them.</summary>
    const int LatenciesShown = 50;

    /// <summary>As long as they may be kept.</summary>
    const int MostDays = 31;

    public static void MapFigures(this WebApplication app)
    {
        var metrics = app.MapGroup("/api/metrics").Needs(Rights.Read);
        metrics.MapGet("", (FigureReader figures, CancellationToken stopping) => figures.TotalAsync(stopping));
        metrics.MapGet("/workspace/{**workspaceId:minlength(1)}", (string workspaceId, FigureReader figures, CancellationToken stopping) =>
            figures.WorkspaceAsync(workspaceId, stopping));
        metrics.MapGet("/resets", (FigureReader figures, CancellationToken stopping) => figures.ResetsAsync(stopping));
        metrics.MapGet("/latencies", async Task<Results<Ok<IReadOnlyList<WorkspaceLatencyView>>, BadRequest<string>>> (
            int? days, string? workspace, FigureReader figures, CancellationToken stopping) =>
            days is < 1 or > MostDays ? TypedResults.BadRequest($"days is \"{days}\"; expected 1 to {MostDays}")
            : TypedResults.Ok(await figures.LatenciesAsync(days ?? 2, workspace is { Length: > 0 } ? workspace : null, LatenciesShown, stopping)));
        metrics.MapGet("/demand", DemandAsync).Produces<IReadOnlyList<DemandView>>();
        app.MapPost("/api/metrics/reset", ResetAsync).Produces<FigureReset>().Needs(Rights.Operate);
    }

    static async Task<IResult> DemandAsync(string channel, string? from, string? to, FigureReader figures, TimeProvider clock,
        CancellationToken stopping)
    {
        if (ChannelOf(channel) is not { } known)
            return Refused($"channel is \"{channel}\"; expected sms or email.");
        if (!QueryInstant.TryRead(from, out var begin))
            return Refused(QueryInstant.Refusal(nameof(from), from));
        if (!QueryInstant.TryRead(to, out var last))
            return Refused(QueryInstant.Refusal(nameof(to), to));
        var end = last ?? clock.GetUtcNow();
        return TypedResults.Ok(await figures.DemandAsync(known, begin ?? end.AddDays(-1), end, stopping));
    }

    static async Task<IResult> ResetAsync(HttpContext context, FigureResets resets, CancellationToken stopping)
    {
        ResetRequest? body;
        try
        {
            body = context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0
                ? await context.Request.ReadFromJsonAsync<ResetRequest>(stopping) : null;
        }
        catch (Exception bad) when (bad is System.Text.Json.JsonException or InvalidOperationException)
        {
            return Refused("The body cannot be read; expected JSON such as { \"type\": \"sms\", \"by\": \"jane\" }.");
        }

        var query = context.Request.Query;
        var (type, workspaceId) = (body?.Type ?? query["type"].FirstOrDefault(), body?.WorkspaceId ?? query["workspaceId"].FirstOrDefault());
        var by = context.Caller().By(body?.By ?? query["by"].FirstOrDefault());
        if (by.Length is 0 or > LongestName)
            return Refused($"by is {by.Length} characters long; expected 1 to {LongestName}.");
        return ScopeOf(type, workspaceId) is { } scope
            ? (IResult)TypedResults.Ok(await resets.ResetAsync(scope, by, stopping))
            : Refused(workspaceId is null
                ? $"type is \"{type}\"; expected sms, email or all, or a workspaceId."
                : $"type is \"{type}\" and workspaceId is \"{workspaceId}\"; "
                    + $"expected a type, or a workspaceId of 1 to {MessageBounds.LongestWorkspaceId} characters.");
    }

    static ContentHttpResult Refused(string because) => TypedResults.Text(because, statusCode: StatusCodes.Status400BadRequest);

    static ResetScope? ScopeOf(string? type, string? workspaceId) => (type, workspaceId) switch
    {
        (null or "workspace", { Length: > 0 and <= MessageBounds.LongestWorkspaceId }) => new ResetScope.OneWorkspace(workspaceId),
        (null or "all", null) => new ResetScope.All(),
        (not null, null) when ChannelOf(type) is { } channel => new ResetScope.OneChannel(channel),
        _ => null
    };

    static Channel? ChannelOf(string? name) => name?.ToUpperInvariant() switch { "SMS" => Channel.Sms, "EMAIL" => Channel.Email, _ => null };
}
