using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Contracts;
using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Bus;
using Billing.Hosting.Validation;
using Billing.Testing;

namespace Billing.Hosting.Tests;

public class When_a_record_of_a_list_cannot_be_read
{
    static readonly JsonSerializerOptions Json = ContractJson.Configure(MassTransit.Serialization.SystemTextJsonMessageSerializer.Options);

    /// <summary>Parts of one thing: a price without one of its tiers, or a credit note without one of its lines, would be another one.</summary>
    static readonly string[] PartsOfOneThing = ["SetPrice.Tiers", "IssueCreditNote.Lines"];

    static IEnumerable<PropertyInfo> ListsOfRecords => typeof(RecordUsage).Assembly.GetExportedTypes().SelectMany(type => type.GetProperties())
        .Where(member => member.PropertyType is { IsArray: true } list && list.GetElementType()!.Namespace!.StartsWith("Billing.", StringComparison.Ordinal));

    static bool IsMarked(PropertyInfo member) => member.IsDefined(typeof(EachAloneAttribute));

    public static TheoryData<string> Commands => [.. ListsOfRecords.Where(IsMarked).Select(member => member.DeclaringType!.Name)];

    [Fact]
    public void Should_reject_only_itself_in_every_command_that_carries_a_list()
    {
        var examples = ReadmeExamples.All.Select(example => example.Key.Split(':')[1]).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(PartsOfOneThing.Order(), ListsOfRecords.Where(member => examples.Contains(member.DeclaringType!.Name) && !IsMarked(member))
            .Select(member => $"{member.DeclaringType!.Name}.{member.Name}").Order());
        Assert.Equal(8, Commands.Count);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Should_name_field_value_and_expectation_of_each_of_them_whatever_the_command(string command)
    {
        var member = ListsOfRecords.Single(member => member.DeclaringType!.Name == command && IsMarked(member));
        var list = JsonNode.Parse(ReadmeExamples.All.Single(example => example.Key.EndsWith(":" + command, StringComparison.Ordinal)).Value)!.AsObject();
        var name = JsonNamingPolicy.CamelCase.ConvertName(member.Name);
        var good = list[name]!.AsArray()[0]!;
        var (keys, bad) = (new List<string>(), new JsonArray { good.DeepClone() });
        foreach (var field in good.AsObject().Select(pair => pair.Key))
        {
            var broken = good.DeepClone();
            broken[field] = new JsonObject { ["n/a"] = 1 };
            bad.Add(broken);
            keys.Add(field);
        }

        bad.Add(null);
        bad.Add(5);
        bad.Add(new JsonArray(1, 2));
        list[name] = bad;

        var read = JsonSerializer.Deserialize(list, member.DeclaringType!, Json)!;
        var listed = Listed(member, read);

        Assert.Empty(listed[0].Unreadable);
        for (var i = 0; i < keys.Count; i++)
        {
            var reason = Assert.Single(listed[i + 1].Unreadable);
            Assert.Equal(keys[i], JsonNamingPolicy.CamelCase.ConvertName(reason.Field.Split('.')[0]));
            Assert.StartsWith("{\"n/a\":1}", reason.Json, StringComparison.Ordinal);
        }

        Assert.Equal(["Record is null; expected an object.", "Record is 5; expected an object.", "Record is [1,2]; expected an object."],
            listed[^3..].Select(one => one.Unreadable[0].ToString()));
        Assert.All(((Array)member.GetValue(read)!).Cast<object?>().Skip(1), Assert.Null);       // nobody takes half a record for a whole one
    }

    [Fact]
    public void Should_keep_what_can_be_read_of_it_and_tell_each_value_that_cannot()
    {
        var told = JsonSerializer.Deserialize<RecordUsage>("""
            { "records": [
              { "usageId": "m-1", "accountId": "acme", "priceCode": "api-calls", "quantity": "n/a", "startedAt": "2026-02-30T08:00:00Z", "unknown": [] },
              { "usageId": "m-2", "accountId": "acme", "priceCode": "api-calls", "quantity": 1e30, "startedAt": "2026-10-05T08:00:00Z" } ] }
            """, Json)!;

        var listed = RecordList.Of(told.Records);

        Assert.Equal(("m-1", "acme", "api-calls"), (listed[0].Record.UsageId, listed[0].Record.AccountId, listed[0].Record.PriceCode));
        Assert.Equal(
            ["Quantity is \"n/a\"; expected a number of at most 28 digits with a point and without thousands marks, such as 1234.56.",
                "StartedAt is \"2026-02-30T08:00:00Z\"; expected an instant with its offset, such as 2026-10-31T23:30:00Z or 2026-11-01T00:30:00+01:00."],
            listed[0].Unreadable.Select(value => value.ToString()));
        Assert.Equal("Quantity is 1e30; expected a number from -79228162514264337593543950335 to 79228162514264337593543950335 of at most 28 decimals.",
            Assert.Single(listed[1].Unreadable).ToString());
    }

    static IReadOnlyList<(IReadOnlyList<UnreadableValue> Unreadable, object Record)> ListOf<T>(T[] records)
        where T : class => [.. RecordList.Of(records).Select(one => (one.Unreadable, (object)one.Record))];

    static (IReadOnlyList<UnreadableValue> Unreadable, object Record)[] Listed(PropertyInfo member, object command) =>
        [.. (IReadOnlyList<(IReadOnlyList<UnreadableValue>, object)>)typeof(When_a_record_of_a_list_cannot_be_read)
            .GetMethod(nameof(ListOf), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(member.PropertyType.GetElementType()!)
            .Invoke(null, [member.GetValue(command)])!];
}
