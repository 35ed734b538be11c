using Billing.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Billing.Hosting.Showing;

/// <summary>What one may say to the services, and what they say: for people as a page, for programs as the AsyncAPI document that it is made of.</summary>
static class ContractsEndpoints
{
    static readonly Lazy<string> Document = new(() => Resource("asyncapi.json"));
    static readonly Lazy<string> Page = new(() => ContractsPage.Write(Document.Value, Resource("contracts.css")));

    public static void MapContracts(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/contracts", () => Results.Content(Page.Value, "text/html; charset=utf-8")).Produces<string>(contentType: "text/html");
        reads.MapGet("/contracts/asyncapi.json", () => Results.Content(Document.Value, "application/json; charset=utf-8")).Produces<object>();
    }

    static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(ContractsEndpoints).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
