using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Billing.Contracts.Outcomes.V1;
using Billing.Testing;

namespace Billing.Contracts.Tests.Documents;

/// <summary>The published contracts as an AsyncAPI 3 document: a channel is an exchange. Services receive commands and send events.</summary>
static class AsyncApi
{
    static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Those that travel by themselves; the others are parts of them.</summary>
    public static IReadOnlyList<Contract> Messages { get; } = [.. Contract.All.Where(contract => contract.IsCommand || !Parts().Contains(contract.Type))];

    /// <summary>Of the page as it is written now, and not as it lies there.</summary>
    static readonly Dictionary<string, string> Bodies = ReadmeExamples.In(ReadmePage.Write());

    public static string Write() => new JsonObject
    {
        ["asyncapi"] = "3.0.0",
        ["info"] = Info(),
        ["defaultContentType"] = "application/json",
        ["channels"] = Each(Channel),
        ["operations"] = Each(Operation),
        ["components"] = new JsonObject { ["messages"] = Each(Message) }
    }.ToJsonString(Written) + "\n";

    static JsonObject Info() => new()
    {
        ["title"] = "Billing back office",
        ["version"] = XDocument.Load(ReadmeExamples.PathOf("Directory.Build.props")).Descendants("Version").Single().Value,
        ["description"] = "What the services say to each other, and what anyone may say to them. Publish a command's body to its exchange, as plain JSON "
            + "without an envelope. Amounts are in the currency's major unit; they are written as texts, and read from texts and numbers. Instants carry "
            + "their offset. A member that is not told is left out; only where a command says so is null something else than that.",
        ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["url"] = "https://www.apache.org/licenses/LICENSE-2.0" },
        ["tags"] = new JsonArray([.. Messages.Select(OwnerOf).Distinct().Select(owner => new JsonObject { ["name"] = owner })])
    };

    static JsonObject Channel(Contract contract) => contract.Type == typeof(CommandAnswered) ? OutcomeQueue(contract) : new()
    {
        ["address"] = contract.Exchange,
        ["title"] = contract.Type.Name,
        ["summary"] = XmlDocs.SummaryOf(contract.Type),
        ["messages"] = new JsonObject { [contract.Type.Name] = Reference("components/messages", contract) },
        ["bindings"] = new JsonObject
        {
            ["amqp"] = new JsonObject
            {
                ["is"] = "routingKey",
                ["exchange"] = new JsonObject
                {
                    ["name"] = contract.Exchange,
                    ["type"] = "fanout",
                    ["durable"] = true,
                    ["autoDelete"] = false,
                    ["vhost"] = "/"
                },
                ["bindingVersion"] = "0.3.0"
            }
        }
    };

    /// <summary>The one message that goes to a queue: the sender's own, or this.</summary>
    static JsonObject OutcomeQueue(Contract contract) => new()
    {
        ["address"] = "outcomes",
        ["title"] = contract.Type.Name,
        ["summary"] = XmlDocs.SummaryOf(contract.Type),
        ["messages"] = new JsonObject { [contract.Type.Name] = Reference("components/messages", contract) },
        ["bindings"] = new JsonObject
        {
            ["amqp"] = new JsonObject
            {
                ["is"] = "queue",
                ["queue"] = new JsonObject { ["name"] = "outcomes", ["durable"] = true, ["exclusive"] = false, ["autoDelete"] = false, ["vhost"] = "/" },
                ["bindingVersion"] = "0.3.0"
            }
        }
    };

    static JsonObject Operation(Contract contract)
    {
        var operation = new JsonObject
        {
            ["action"] = contract.IsCommand ? "receive" : "send",
            ["channel"] = Reference("channels", contract),
            ["title"] = contract.Type.Name,
            ["messages"] = new JsonArray(new JsonObject { ["$ref"] = $"#/channels/{KeyOf(contract)}/messages/{contract.Type.Name}" }),
            ["tags"] = new JsonArray(new JsonObject { ["name"] = OwnerOf(contract) })
        };
        if (!contract.IsCommand)
            return operation;
        operation["x-queue"] = Queues.Of(contract.Type);
        operation["x-error-queue"] = $"{Queues.Of(contract.Type)}_error";
        if (XmlDocs.AnswersOf(contract.Type) is { Count: > 0 } answers)
            operation["x-answers"] = new JsonArray([.. answers.Select(answer => JsonValue.Create(answer))]);
        return operation;
    }

    static JsonObject Message(Contract contract)
    {
        var message = new JsonObject
        {
            ["name"] = contract.Type.Name,
            ["title"] = contract.Type.Name,
            ["summary"] = XmlDocs.SummaryOf(contract.Type),
            ["contentType"] = "application/json",
            ["payload"] = BusJson.SchemaOf(contract.Type, Meaning),
            ["examples"] = new JsonArray(ExampleOf(contract))
        };
        if (XmlDocs.RemarksOf(contract.Type) is { } remarks)
            message["description"] = remarks;
        return message;
    }

    static string? Meaning(PropertyInfo member) => member.IsDefined(typeof(ConfidentialAttribute))
        ? $"{XmlDocs.SummaryOf(member)} Confidential: may be told in clear or sealed.".TrimStart() : XmlDocs.SummaryOf(member);

    static JsonObject ExampleOf(Contract contract) => Bodies.TryGetValue(contract.Exchange, out var body)
        ? new JsonObject { ["name"] = "body", ["summary"] = "Ready to paste", ["payload"] = JsonNode.Parse(body) }
        : new JsonObject { ["name"] = "sample", ["summary"] = "Made up, with every member told", ["payload"] = Samples.Of(contract.Type) };

    static JsonObject Each(Func<Contract, JsonObject> written) =>
        new(Messages.Select(contract => KeyValuePair.Create(KeyOf(contract), (JsonNode?)written(contract))));

    static JsonObject Reference(string place, Contract contract) => new() { ["$ref"] = $"#/{place}/{KeyOf(contract)}" };

    /// <summary>Such as <c>MonthClose.V1.StartMonthClose</c>.</summary>
    static string KeyOf(Contract contract) => contract.Exchange.Replace("Billing.Contracts.", "", StringComparison.Ordinal).Replace(':', '.');

    static string OwnerOf(Contract contract) => contract.Exchange.Split('.')[2];

    /// <summary>What stands in another contract. An e-mail is both: a message, and one of a list of them.</summary>
    static HashSet<Type> Parts() => [.. Contract.All.Where(contract => !contract.Type.IsEnum).SelectMany(contract => Contract.Members(contract.Type))
        .Select(member => member.PropertyType.IsArray ? member.PropertyType.GetElementType()! : member.PropertyType)];
}
