using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Testing;
using Json.Schema;
using Xunit;

namespace Billing.Contracts.Tests.Documents;

public class When_the_contracts_are_written_down
{
    static readonly NodePackages Packages = new(Sources(), "to check contracts/asyncapi.json by AsyncAPI's own parser");

    [Fact]
    public void Should_stand_in_an_AsyncAPI_document_that_is_current() => WrittenFile.IsCurrent("contracts/asyncapi.json", AsyncApi.Write());

    [Fact]
    public async Task Should_be_valid_to_the_parser_of_AsyncAPI() =>
        Assert.Equal("", await Packages.RunAsync("check.js", ReadmeExamples.PathOf("contracts/asyncapi.json")));

    public static TheoryData<string> Messages => [.. Document["components"]!["messages"]!.AsObject().Select(message => message.Key)];

    /// <summary>The parser does not look at the examples.</summary>
    [Theory]
    [MemberData(nameof(Messages))]
    public void Should_show_an_example_that_fits_its_schema(string key)
    {
        var message = Document["components"]!["messages"]![key]!;
        using var example = JsonDocument.Parse(message["examples"]![0]!["payload"]!.ToJsonString());
        Assert.True(JsonSchema.FromText(message["payload"]!.ToJsonString()).Evaluate(example.RootElement).IsValid);
    }

    static JsonNode Document { get; } = JsonNode.Parse(AsyncApi.Write())!;

    static string Sources([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "node");
}
