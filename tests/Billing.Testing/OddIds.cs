using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Billing.Testing;

/// <summary>Asks every endpoint of a service that has an id in its path with ids of all kinds, and compares the id that the endpoint was given.</summary>
public static class OddIds
{
    /// <summary>Any printable characters.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "acme/emea", "/subscriptions/0f0e0d0c-0000-4000-8000-000000000001", "a//b/", "100%", "a%2Fb", "a%252Fb", "%2e%2e", "who?", "a#b", "..", ".", "a/../b",
        "a+b", "a b", "a;b=c&d", "über \u00e9\U0001F600", "\"quoted\" <b>", "back\\slash", "a:b@c", "{id}"
    ];

    /// <summary>An address whose path is sent as it is written: else a client takes an id of two dots away.</summary>
    public static Uri Address(Uri? service, string path) =>
        new(service!.ToString().TrimEnd('/') + "/" + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    /// <summary>As the last part of a path.</summary>
    public static string Escape(string id) => id is "." or ".." ? id.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(id);

    /// <returns>The endpoints that were asked.</returns>
    public static async Task<IReadOnlyList<string>> AllEndpointsReadThemAsync(WebApplication service, HttpClient http)
    {
        using var arrived = new Arrived(http.BaseAddress!.Authority);
        using var listening = DiagnosticListener.AllListeners.Subscribe(arrived);
        var asked = new List<string>();
        foreach (var endpoint in ((IEndpointRouteBuilder)service).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
        {
            // an id that we make ourselves is a GUID, and its endpoint says so
            if (endpoint.RoutePattern.Parameters is not [var id] || endpoint.RoutePattern.ParameterPolicies.Values.Any(some => some.Any(x => x.Content == "guid")))
                continue;
            asked.Add(endpoint.RoutePattern.RawText!);
            var path = string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment =>
                string.Concat(segment.Parts.Select(part => part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "*"))));
            var posts = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Post) == true;
            foreach (var odd in All)
            {
                var address = Address(http.BaseAddress, path.Replace("*", Escape(odd), StringComparison.Ordinal));
                using var nothing = new StringContent("{}", null, "application/json");
                using var answer = posts ? await http.PostAsync(address, nothing) : await http.GetAsync(address);
                await Eventually.HoldsAsync(() => Task.FromResult(!arrived.Ids.IsEmpty), $"{address} is answered");
                if (!arrived.Ids.TryDequeue(out var seen) || seen.Id != odd || seen.Endpoint != endpoint.DisplayName)
                    throw new InvalidOperationException($"{address} was to ask {endpoint.DisplayName} for {odd}, and asked {seen.Endpoint} for {seen.Id}.");
            }
        }

        return asked;
    }

    /// <summary>What stood in the route when an endpoint began.</summary>
    sealed class Arrived(string authority) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        readonly ConcurrentBag<IDisposable> _subscriptions = [];

        public ConcurrentQueue<(string? Endpoint, string? Id)> Ids { get; } = [];

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.AspNetCore")
                _subscriptions.Add(value.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "Microsoft.AspNetCore.Hosting.HttpRequestIn.Stop", Value: HttpContext context } && context.Request.Host.Value == authority)
                Ids.Enqueue((context.GetEndpoint()?.DisplayName, context.Request.RouteValues.Values.OfType<string>().FirstOrDefault()));
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose()
        {
            foreach (var subscription in _subscriptions)
                subscription.Dispose();
        }
    }
}
