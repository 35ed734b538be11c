using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Console;
using Billing.Hosting.Describing;
using Billing.MonthClose;
using Billing.Notification;
using Billing.Scheduler;
using Billing.SeatRefresh;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi.Reader;

namespace Billing.Documents.Tests;

/// <summary>
/// Each host's OpenAPI document stands in <c>contracts/openapi</c>, so that a change of an endpoint is seen where it is reviewed. <c>./billing openapi write</c>
/// writes them.
/// </summary>
[Collection(nameof(WithOtherHosts))]
public sealed class When_the_endpoints_are_described
{
    static readonly Dictionary<string, Func<string[], Action<WebApplicationBuilder>?, WebApplication>> Hosts = new(StringComparer.Ordinal)
    {
        ["month-close"] = MonthCloseApplication.Build,
        ["notification"] = NotificationApplication.Build,
        ["scheduler"] = SchedulerApplication.Build,
        ["seat-refresh"] = SeatRefreshApplication.Build,
        ["console"] = ConsoleApplication.Build
    };

    public static TheoryData<string> Names => [.. Hosts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Should_say_in_a_document_what_the_host_says(string name)
    {
        await using var app = Build(name);
        var text = Written(await app.Services.GetRequiredService<HostDescription>().TextAsync());
        var path = ReadmeExamples.PathOf($"contracts/openapi/{name}.json");
        if (Environment.GetEnvironmentVariable("BILLING_OPENAPI") == "write")
            await File.WriteAllTextAsync(path, text);
        Assert.True(File.Exists(path) && await File.ReadAllTextAsync(path) == text,
            $"contracts/openapi/{name}.json is not what the host says. Run ./billing openapi write, and read what it changed.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Should_be_valid_and_whole(string name)
    {
        await using var app = Build(name);
        var text = await app.Services.GetRequiredService<HostDescription>().TextAsync();
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        var read = await Microsoft.OpenApi.OpenApiDocument.LoadAsync(stream, "json");
        Assert.Empty(read.Diagnostic!.Errors.Select(error => $"{error.Pointer}: {error.Message}"));
        Assert.Empty(read.Diagnostic.Warnings.Select(warning => $"{warning.Pointer}: {warning.Message}"));

        var operations = OperationsOf(JsonNode.Parse(text)!).ToList();
        Assert.Equal(EndpointsOf(app), operations.Select(one => one.Name).Order(StringComparer.Ordinal));
        Assert.Empty(operations.Where(one => one.Body["summary"]?.GetValue<string>() is not { Length: > 5 }).Select(one => $"{one.Name} is missing in docs/endpoints.md"));
        Assert.Empty(operations.SelectMany(one => (one.Body["parameters"]?.AsArray() ?? [])
            .Where(parameter => parameter!["description"] is null).Select(parameter => $"{one.Name}: {parameter!["name"]} is missing under Parameters in docs/endpoints.md")));
        Assert.Equal(operations.Count, operations.Select(one => one.Body["operationId"]!.GetValue<string>()).Distinct().Count());
        Assert.All(operations, one => Assert.Contains("needs", one.Body["description"]!.GetValue<string>(), StringComparison.Ordinal));
    }

    /// <summary>What a program has to know before it asks: who may, how a no is told, and what comes back.</summary>
    [Fact]
    public async Task Should_tell_right_refusals_and_answer()
    {
        await using var app = Build("month-close");
        var document = JsonNode.Parse(await app.Services.GetRequiredService<HostDescription>().TextAsync())!;
        var run = document["paths"]!["/api/runs/{period}"]!["get"]!;
        Assert.Equal("""[{"key":["Read"]},{"bearer":["Read"]}]""", run["security"]!.ToJsonString());
        Assert.Equal("#/components/schemas/RunView", run["responses"]!["200"]!["content"]!["application/json"]!["schema"]!["$ref"]!.GetValue<string>());
        Assert.Equal(["200", "400", "401", "403", "404", "429", "504"], run["responses"]!.AsObject().Select(answer => answer.Key).Order(StringComparer.Ordinal));
        Assert.Equal("number", document["components"]!["schemas"]!["MoneyView"]!["properties"]!["invoiced"]!["type"]!.GetValue<string>());
        var paper = document["paths"]!["/api/papers/{id}"]!["get"]!;
        Assert.Equal("Personal", paper["security"]![0]!["key"]![0]!.GetValue<string>());
        Assert.Empty(document["paths"]!["/webhooks/stripe"]!["post"]!["security"]!.AsArray());
    }

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    static string Written(string json) => JsonNode.Parse(json)!.ToJsonString(Indented) + "\n";

    static IEnumerable<(string Name, JsonNode Body)> OperationsOf(JsonNode document) =>
        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Where(member => member.Key is "get" or "post" or "head")
            .Select(operation => ($"{operation.Key} {path.Key}", operation.Value!)));

    static IEnumerable<string> EndpointsOf(WebApplication app) => ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null)
        .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"])
            .Select(method => $"{method.ToLowerInvariant()} {PathOf(endpoint)}")).Distinct().Order(StringComparer.Ordinal);

    static string PathOf(RouteEndpoint endpoint) =>
        System.Text.RegularExpressions.Regex.Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), @"\{\**(\w+)[^}]*\}", "{$1}");

    /// <summary>Not started: what it answers is known before.</summary>
    static WebApplication Build(string name)
    {
        var app = Hosts[name]([], builder => builder.Configuration.AddInMemoryCollection(NoHost.Settings));
        ((IApplicationBuilder)app).UseEndpoints(_ => { });       // as the start would
        return app;
    }
}
