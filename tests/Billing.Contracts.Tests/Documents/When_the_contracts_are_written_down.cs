using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Billing.Contracts.MonthClose.V1;
using Billing.Testing;
using Json.Schema;
using Xunit;

namespace Billing.Contracts.Tests.Documents;

public partial class When_the_contracts_are_written_down
{
    static readonly NodePackages Packages = new(Sources(), "to check contracts/asyncapi.json by AsyncAPI's own parser");

    [Fact]
    public void Should_stand_in_an_AsyncAPI_document_that_is_current() => WrittenFile.IsCurrent("contracts/asyncapi.json", AsyncApi.Write());

    [Fact]
    public void Should_stand_on_a_page_for_people_that_is_current() => WrittenFile.IsCurrent("contracts/README.md", ReadmePage.Write());

    /// <summary>Each section has what <see cref="ReadmePage"/> makes one of: a body, and where to see what came of it.</summary>
    [Fact]
    public void Should_say_of_each_command_where_to_see_it_and_where_a_bad_one_waits()
    {
        var page = ReadmePage.Write();
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.All(Contract.All.Where(contract => contract.IsCommand), command =>
        {
            var section = page.Split($"### {command.Exchange}\n")[1].Split("\n#")[0];
            Assert.Contains("\n- To see it: ", section, StringComparison.Ordinal);
            Assert.Contains("_error`.", section, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Should_explain_every_reason_code_that_the_service_says()
    {
        var (page, codes) = (ReadmePage.Write(), SourceDocs.ReasonCodes());
        Assert.Contains("PriceMissing", codes);
        Assert.Contains("CloseNotEnded", codes);
        Assert.Equal([], codes.Where(code => !page.Contains($"`{code}`", StringComparison.Ordinal)));
    }

    /// <summary>A page that promises an address has to be right.</summary>
    [Fact]
    public void Should_name_only_addresses_that_there_are()
    {
        var known = File.ReadAllText(ReadmeExamples.PathOf("docs/endpoints.md"));
        var named = Address().Matches(ReadmePage.Write()).Select(match => match.Groups["path"].Value).Distinct().ToList();
        Assert.True(named.Count > 10, $"{named.Count} addresses");
        Assert.Equal([], named.Where(path => !known.Contains($"GET {path}", StringComparison.Ordinal)
            && !known.Contains($"GET {path[..(path.LastIndexOf('/') + 1)]}{{", StringComparison.Ordinal)));
    }

    /// <summary>A value that the service says and the comment does not name would be a surprise to whoever reads the contract.</summary>
    [Fact]
    public void Should_name_every_outcome_of_a_close() => Assert.Equal(
        SourceDocs.ValuesOf("services/Billing.MonthClose/Books/Closes/AccountClose.cs", "CloseOutcome").Select(value => value.Value)
            .Order(StringComparer.Ordinal),
        XmlDocs.WordsOf(typeof(AccountClosed).GetProperty(nameof(AccountClosed.Outcome))!).Order(StringComparer.Ordinal));

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

    [GeneratedRegex("`GET (?<path>/[^`?]*)")]
    private static partial Regex Address();

    static string Sources([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "node");
}
