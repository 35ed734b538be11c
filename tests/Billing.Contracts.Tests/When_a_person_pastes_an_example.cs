using System.Text.Json;
using Billing.Testing;
using Xunit;

namespace Billing.Contracts.Tests;

public class When_a_person_pastes_an_example
{
    static readonly JsonSerializerOptions Strict =
        new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    public static TheoryData<string> Commands => [.. Contract.All.Where(contract => contract.IsCommand).Select(contract => contract.Exchange)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Should_find_one_for_each_command_that_fits_its_contract(string exchange)
    {
        Assert.True(ReadmeExamples.All.TryGetValue(exchange, out var body), $"contracts/README.md has no body for {exchange}");
        Assert.NotNull(JsonSerializer.Deserialize(body, Contract.All.Single(contract => contract.Exchange == exchange).Type, Strict));
    }

    [Fact]
    public void Should_find_none_for_what_does_not_exist() =>
        Assert.Empty(ReadmeExamples.All.Keys.Except(Contract.All.Select(contract => contract.Exchange)));
}
