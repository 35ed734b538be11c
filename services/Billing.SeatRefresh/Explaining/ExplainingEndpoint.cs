using Billing.Hosting.Http;

namespace Billing.SeatRefresh.Explaining;

static class ExplainingEndpoint
{
    /// <summary>JSON, or one page of text for whoever accepts <c>text/plain</c>.</summary>
    public static void MapExplaining(this WebApplication app) =>
        app.MapGroup("").Needs(Rights.Read).MapGet("/api/seats/explain/{**id:minlength(1)}",
            async Task<IResult> (string id, HttpRequest request, SeatExplainer explainer, CancellationToken stopping) =>
            await explainer.FindAsync(id, stopping) is not { } explanation ? TypedResults.NotFound()
            : request.Headers.Accept.ToString().Contains("text/plain", StringComparison.OrdinalIgnoreCase)
            ? TypedResults.Text(ExplanationText.Of(explanation), "text/plain; charset=utf-8")
            : TypedResults.Ok(explanation)).Produces<SeatExplanation>(contentType: "application/json", additionalContentTypes: "text/plain");
}
