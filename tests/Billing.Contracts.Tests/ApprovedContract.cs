using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Billing.Contracts.Tests;

/// <summary>A contract as one release had it.</summary>
/// <param name="Name">On the wire.</param>
/// <param name="Form">Its members, one to a line.</param>
/// <param name="Schema">Of its JSON; null for an enumeration.</param>
/// <param name="Sample">With every member told; null for an enumeration.</param>
public sealed record ApprovedContract(string Name, IReadOnlyList<string> Form, JsonObject? Schema, JsonObject? Sample)
{
    static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string FileName => Name.Replace(':', '.') + ".json";

    public static ApprovedContract Of(Contract contract) => contract.Type.IsEnum
        ? new(contract.Exchange, contract.Form(), null, null)
        : new(contract.Exchange, contract.Form(), BusJson.SchemaOf(contract.Type), Samples.Of(contract.Type));

    public static ApprovedContract Read(string json)
    {
        var file = JsonNode.Parse(json)!.AsObject();
        return new ApprovedContract(file["name"]!.GetValue<string>(), [.. file["form"]!.AsArray().Select(line => line!.GetValue<string>())],
            file["schema"] as JsonObject, file["sample"] as JsonObject);
    }

    public string Write() => new JsonObject
    {
        ["name"] = Name,
        ["form"] = new JsonArray([.. Form.Select(line => JsonValue.Create(line))]),
        ["schema"] = Schema?.DeepClone(),
        ["sample"] = Sample?.DeepClone()
    }.ToJsonString(Written) + "\n";
}
