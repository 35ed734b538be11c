using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Testing;

namespace Billing.Documents.Tests;

/// <summary>
/// <c>infra/rabbitmq/definitions.json</c> has every queue of every service, and what is bound to it. So the broker keeps what is said to a service that was never
/// started: services start in any order, and a new queue is there before the first release that uses it.
/// </summary>
[Collection(nameof(FourServices))]
public sealed class When_the_queues_are_defined(FourServices services)
{
    static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Written anew with BILLING_QUEUES=write in the environment.</summary>
    [Fact]
    public async Task Should_be_those_that_the_services_make()
    {
        var made = TextOf(await DefinedAsync(services.Broker));
        var file = ReadmeExamples.PathOf("infra/rabbitmq/definitions.json");
        var text = await File.ReadAllTextAsync(file);
        var written = $"{text[..EndOfTheOthers(text)]},\n{made}\n}}\n";
        if (Environment.GetEnvironmentVariable("BILLING_QUEUES") == "write")
            await File.WriteAllTextAsync(file, written);
        else
            Assert.True(text == written,
                "infra/rabbitmq/definitions.json has other queues than the services: BILLING_QUEUES=write ./billing test documents, and look at the difference");
    }

    [Fact]
    public async Task Should_keep_what_is_said_before_anybody_was_started()
    {
        await using var broker = await TestVirtualHost.CreateAsync("before");
        var file = JsonNode.Parse(await File.ReadAllTextAsync(ReadmeExamples.PathOf("infra/rabbitmq/definitions.json")))!;
        var queues = new JsonObject();
        foreach (var kind in Kinds)
        {
            queues[kind] = file[kind]!.DeepClone();
            foreach (var one in queues[kind]!.AsArray())
                one!.AsObject().Remove("vhost");
        }

        using var imported = await broker.Management.PostAsJsonAsync(new Uri($"api/definitions/{broker.Name}", UriKind.Relative), queues);
        imported.EnsureSuccessStatusCode();

        foreach (var command in Commands())
            await broker.PasteAsync(command, "{}");     // fails when nobody listens
        foreach (var between in (string[])["Billing.Contracts.Seats.V1:SeatUsageChanged", "Billing.Contracts.Notification.V1:SendEmails"])
            await broker.PasteAsync(between, "{}");
    }

    static readonly string[] Kinds = ["queues", "exchanges", "bindings"];

    /// <summary>Every command of the contracts.</summary>
    static IEnumerable<string> Commands()
    {
        using var contracts = JsonDocument.Parse(File.ReadAllText(ReadmeExamples.PathOf("contracts/asyncapi.json")));
        var root = contracts.RootElement.Clone();
        return root.GetProperty("operations").EnumerateObject()
            .Where(operation => operation.Value.GetProperty("action").GetString() == "receive")
            .Select(operation => root.GetProperty("channels").GetProperty(operation.Name).GetProperty("address").GetString()!);
    }

    /// <summary>Where what a person wrote ends: before the queues, or before the last brace while there are none.</summary>
    static int EndOfTheOthers(string text) =>
        text.IndexOf(",\n  \"queues\":", StringComparison.Ordinal) is >= 0 and var queues ? queues : text.LastIndexOf("\n}", StringComparison.Ordinal);

    static async Task<JsonNode> DefinedAsync(TestVirtualHost broker) =>
        (await broker.Management.GetFromJsonAsync<JsonNode>(new Uri($"api/definitions/{broker.Name}", UriKind.Relative)))!;

    /// <summary>A line for each; what a process makes for itself alone is left out, and so are error queues, which whoever fails makes.</summary>
    static string TextOf(JsonNode defined)
    {
        var queues = defined["queues"]!.AsArray().Where(queue => Lasts(queue) && !IsOfOne(NameOf(queue))).ToList();
        var exchanges = defined["exchanges"]!.AsArray().Where(exchange => Lasts(exchange) && !IsOfOne(NameOf(exchange))).ToList();
        var kept = queues.Concat(exchanges).Select(NameOf).ToHashSet();
        var bindings = defined["bindings"]!.AsArray().Where(binding => kept.Contains($"{binding!["source"]}") && kept.Contains($"{binding["destination"]}")).ToList();
        var bound = bindings.SelectMany(binding => (string[])[$"{binding!["source"]}", $"{binding["destination"]}"]).ToHashSet();
        exchanges.RemoveAll(exchange => !bound.Contains(NameOf(exchange)));     // who publishes to nobody makes his exchange himself
        return string.Join(",\n", new List<JsonNode?>[] { queues, exchanges, bindings }.Select((some, kind) => Lines(Kinds[kind], some)));
    }

    static bool Lasts(JsonNode? one) => (bool)one!["durable"]! && !(bool)one["auto_delete"]!;

    static bool IsOfOne(string name) => name.EndsWith("_error", StringComparison.Ordinal) || name.EndsWith("_skipped", StringComparison.Ordinal)
        || name.Contains("-bus-", StringComparison.Ordinal) || name == "billing-test-clock";

    static string NameOf(JsonNode? one) => $"{one!["name"]}";

    static string Lines(string kind, IEnumerable<JsonNode?> some) =>
        $"  \"{kind}\": [\n{string.Join(",\n", some.Select(InOurHost).Order(StringComparer.Ordinal).Select(line => $"    {line}"))}\n  ]";

    static string InOurHost(JsonNode? one)
    {
        var copy = new JsonObject();
        foreach (var (name, value) in one!.AsObject().OrderBy(member => member.Key is not ("name" or "source")).ThenBy(member => member.Key, StringComparer.Ordinal))
            copy[name] = value!.DeepClone();
        copy["vhost"] = "billing";
        return copy.ToJsonString(Compact);
    }
}
