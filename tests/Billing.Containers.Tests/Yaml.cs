using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Billing.Containers.Tests;

/// <summary>YAML as JSON, with aliases and merge keys filled in: what stands nearer wins, and the first of several.</summary>
static class Yaml
{
    public static JsonObject Read(string file) => Assert.IsType<JsonObject>(Assert.Single(ReadAll(File.ReadAllText(file))));

    public static IReadOnlyList<JsonNode> ReadAll(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => Of(document.RootNode)!)];
    }

    static JsonNode? Of(YamlNode node) => node switch
    {
        YamlScalarNode scalar => Scalar(scalar),
        YamlSequenceNode list => new JsonArray([.. list.Select(Of)]),
        YamlMappingNode map => Map(map),
        _ => throw new NotSupportedException($"{node.NodeType} at {node.Start}")
    };

    static JsonObject Map(YamlMappingNode map)
    {
        var result = new JsonObject();
        foreach (var (key, value) in map.Children.Where(pair => !IsMerge(pair.Key)))
            result[((YamlScalarNode)key).Value!] = Of(value);
        foreach (var merged in map.Children.Where(pair => IsMerge(pair.Key))
            .SelectMany(pair => pair.Value is YamlSequenceNode many ? many.Children : [pair.Value]))
            foreach (var (key, value) in Map((YamlMappingNode)merged))
                if (!result.ContainsKey(key))
                    result[key] = value?.DeepClone();
        return result;
    }

    static bool IsMerge(YamlNode key) => key is YamlScalarNode { Value: "<<", Style: ScalarStyle.Plain };

    static JsonValue? Scalar(YamlScalarNode scalar) => scalar switch
    {
        { Style: not ScalarStyle.Plain } => JsonValue.Create(scalar.Value),
        { Value: null or "" or "~" or "null" } => null,
        { Value: "true" or "false" } => JsonValue.Create(scalar.Value == "true"),
        _ when int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(scalar.Value)
    };
}
