using Billing.Hosting.Http;
using Billing.MonthClose.Books.Accounts;
using Billing.Views.MonthClose;

namespace Billing.MonthClose.Look.Explaining;

static class ExplainingEndpoints
{
    /// <summary>By an invoice's id or number, or a charge's id: JSON, or one page of text for whoever accepts <c>text/plain</c>.</summary>
    public static void MapExplaining(this WebApplication app) =>
        app.MapGroup("").Needs(Rights.Read).MapGet("/api/explain/{**id:minlength(1)}",
            async Task<IResult> (string id, Caller caller, HttpRequest request, ExplanationReader reader, CancellationToken stopping) =>
            Shown(await reader.FindAsync(id, stopping), caller) is not { } explanation ? TypedResults.NotFound()
            : request.Headers.Accept.ToString().Contains("text/plain", StringComparison.OrdinalIgnoreCase)
                ? TypedResults.Text(ExplanationText.Of(explanation), "text/plain; charset=utf-8")
            : TypedResults.Ok(explanation)).Produces<Explanation>(contentType: "application/json", additionalContentTypes: "text/plain");

    static Explanation? Shown(Explanation? one, Caller caller) => one is null ? null : one with
    {
        Account = one.Account with
        {
            Facts = one.Account.Facts.ToDictionary(fact => fact.Key, fact => AccountChange.IsPersonal(fact.Key) ? caller.Shown(fact.Value) : fact.Value)
        }
    };
}
