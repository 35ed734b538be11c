using Billing.Hosting.Health;
using Billing.Hosting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Billing.Hosting.Describing;

/// <summary>
/// Writes into the document what the framework does not know: what each endpoint and parameter means, which right it needs, how it says no, and the endpoints
/// whose handler has no parameters that could be read.
/// </summary>
static class DescribedHost
{
    const string Key = "key";
    const string Bearer = "bearer";

    static readonly (string Status, string Text)[] Refusals =
    [
        ("400", "A parameter or the body is wrong: a sentence that names it, its value and what was expected."),
        ("401", "The key is missing, or nobody knows it."),
        ("403", "The key has not the right that is needed; without keys, that somebody else than this machine asks."),
        ("404", "There is no such thing."),
        ("429", "Too many requests of this key, or of this address, in a second."),
        ("504", "It took longer than `Http:LongestRequest`.")
    ];

    public static Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var service = context.ApplicationServices.GetRequiredService<ServiceName>().Value;
        document.Info = new OpenApiInfo
        {
            Title = $"Billing back office: {service}",
            Version = BillingVersion.Text,
            Description = "Times are UTC in ISO 8601, and one in a query says its offset. Amounts are decimal numbers in the major unit of their currency. "
                + "What is refused is answered with a sentence of plain text. Nothing that moves money is done over HTTP: that is asked for by commands on the "
                + "bus, which `/contracts` describes."
        };
        document.Servers = [];      // wherever the document was read
        document.Tags = new HashSet<OpenApiTag>();
        document.AddComponent(Key, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "X-Api-Key",
            Description = "A key of `Http:Keys`, where keys are set. Without keys, this machine alone may ask, and needs none."
        });
        document.AddComponent(Bearer, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The same key." });
        foreach (var (status, text) in Refusals)
            document.AddComponent(NameOf(status), new OpenApiResponse { Description = text, Content = Plain() });

        var paths = new OpenApiPaths();
        foreach (var (path, endpoints) in Described(context.ApplicationServices.GetRequiredService<EndpointDataSource>()))
        {
            var item = document.Paths.TryGetValue(path, out var found) ? (OpenApiPathItem)found : new OpenApiPathItem();
            item.Operations ??= [];
            foreach (var (method, endpoint) in endpoints)
            {
                if (!item.Operations.TryGetValue(method, out var operation))
                    item.Operations[method] = operation = Bare(endpoint);
                Describe(operation, document, service, method, path, endpoint);
            }

            paths.Add(path, item);
        }

        document.Paths = paths;
        return Task.CompletedTask;
    }

    /// <summary>In the order of their paths, so that the same host writes the same document.</summary>
    static IEnumerable<(string Path, IReadOnlyList<(HttpMethod Method, RouteEndpoint Endpoint)> Endpoints)> Described(EndpointDataSource all) =>
        all.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true })
            .GroupBy(endpoint => PathOf(endpoint.RoutePattern)).OrderBy(path => path.Key, StringComparer.Ordinal)
            .Select(path => (path.Key, (IReadOnlyList<(HttpMethod, RouteEndpoint)>)[.. path
                .SelectMany(endpoint => MethodsOf(endpoint).Select(method => (HttpMethod.Parse(method), endpoint)))
                .OrderBy(one => one.Item1.Method, StringComparer.Ordinal)]));

    /// <summary>What says no method is asked with GET.</summary>
    static IReadOnlyList<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"];

    static string PathOf(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part =>
        part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            _ => ""
        }))));

    static OpenApiOperation Bare(RouteEndpoint endpoint) => new()
    {
        Parameters = [.. endpoint.RoutePattern.Parameters.Select(parameter => new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Path,
            Required = true,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String }
        })],
        Responses = new OpenApiResponses { ["200"] = new OpenApiResponse { Description = "OK" } }
    };

    static void Describe(OpenApiOperation operation, OpenApiDocument document, string service, HttpMethod method, string path, RouteEndpoint endpoint)
    {
        var text = EndpointTexts.OfPage.Of(service, method.Method, path);
        var needed = endpoint.Metadata.GetMetadata<WithoutKey>() is null ? endpoint.Metadata.GetMetadata<NeededRights>() : null;
        operation.OperationId = IdOf(method, path, IsPage(operation));
        operation.Summary = Capital(text?.Summary);
        operation.Description = $"{Capital(text?.Answer)}.\n\n{(needed is null ? "It needs no key." : $"It needs the right {needed.Rights}.")}";
        operation.Tags = text is null ? null : new HashSet<OpenApiTagReference> { Tag(document, text.Section) };
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
            parameter.Description ??= Capital(EndpointTexts.OfPage.OfParameter(parameter.Name ?? ""));
        operation.Responses ??= [];
        foreach (var status in RefusalsOf(operation, needed is not null))
            if (!operation.Responses.ContainsKey(status) || status == "400")
                operation.Responses[status] = new OpenApiResponseReference(NameOf(status), document);
        operation.Security = needed is null ? [] :
        [
            .. ((string[])[Key, Bearer]).Select(scheme => new OpenApiSecurityRequirement
            {
                [new OpenApiSecuritySchemeReference(scheme, document)] = [.. needed.Rights.ToString().Split(", ")]
            })
        ];
    }

    static IEnumerable<string> RefusalsOf(OpenApiOperation operation, bool hasKey) =>
        Refusals.Select(refusal => refusal.Status).Where(status => status switch
        {
            "400" => operation.Parameters is { Count: > 0 } || operation.RequestBody is not null,
            "401" or "403" => hasKey,
            "404" => operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Path) == true,
            _ => true
        });

    static OpenApiTagReference Tag(OpenApiDocument document, string name)
    {
        if (document.Tags!.All(tag => tag.Name != name))
            document.Tags!.Add(new OpenApiTag { Name = name });
        return new OpenApiTagReference(name, document);
    }

    static Dictionary<string, OpenApiMediaType> Plain() =>
        new() { ["text/plain"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } } };

    static string NameOf(string status) => $"Refused{status}";

    static bool IsPage(OpenApiOperation operation) => operation.Responses?["200"].Content?.Keys.FirstOrDefault() == "text/html";

    /// <summary>Such as <c>getRunsByPeriodParked</c>: what a client that is made of the document calls it.</summary>
    static string IdOf(HttpMethod method, string path, bool isPage) => method.Method.ToLowerInvariant()
        + (isPage || path.StartsWith("/api/", StringComparison.Ordinal) ? "" : "Host")
        + string.Concat(path.Split('/', '-', '.').Where(word => word is not ("" or "api"))
            .Select(word => word.StartsWith('{') ? $"By{Capital(word.Trim('{', '}'))}" : Capital(word)))
        + (isPage ? "Page" : "");

    static string? Capital(string? text) => text is { Length: > 0 } ? char.ToUpperInvariant(text[0]) + text[1..] : text;
}
