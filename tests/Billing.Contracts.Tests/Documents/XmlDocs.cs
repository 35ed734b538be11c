using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using System.Xml.XPath;

namespace Billing.Contracts.Tests.Documents;

/// <summary>What the comments of the contracts say, as Markdown.</summary>
static partial class XmlDocs
{
    static readonly Dictionary<string, XElement> Members = XDocument.Load(Path.ChangeExtension(typeof(ConfidentialAttribute).Assembly.Location, ".xml"))
        .XPathSelectElements("/doc/members/member").ToDictionary(member => member.Attribute("name")!.Value);

    /// <summary>What it is; without the word for what kind it is.</summary>
    public static string? SummaryOf(Type type) => TextOf($"T:{type.FullName}", "summary") is { } text ? Kind().Replace(text, "") : null;

    public static string? RemarksOf(Type type) => TextOf($"T:{type.FullName}", "remarks");

    public static string? SummaryOf(PropertyInfo member) => TextOf($"P:{member.DeclaringType!.FullName}.{member.Name}", "summary");

    /// <summary>The contracts that answer this one: those that its remarks name.</summary>
    public static IReadOnlyList<string> AnswersOf(Type type) => !Members.TryGetValue($"T:{type.FullName}", out var docs) ? [] :
        [.. docs.XPathSelectElements("remarks/see").Select(see => see.Attribute("cref")!.Value)
            .Where(name => name.StartsWith("T:", StringComparison.Ordinal))
            .Select(name => name[(name.LastIndexOf('.') + 1)..]).Distinct()];

    /// <summary>The words in <c>&lt;c&gt;</c> of a member's comment: the values that it may have.</summary>
    public static IReadOnlyList<string> WordsOf(PropertyInfo member) =>
        !Members.TryGetValue($"P:{member.DeclaringType!.FullName}.{member.Name}", out var docs) ? []
        : [.. docs.XPathSelectElements("summary/c").Select(word => word.Value)];

    static string? TextOf(string member, string part) => Members.TryGetValue(member, out var docs) && docs.Element(part) is { } text
        ? Blanks().Replace(string.Concat(text.Nodes().Select(Written)), " ").Trim()
        : null;

    static string Written(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => $"`{Name(see.Attribute("cref")!.Value)}`",
        XElement { Name.LocalName: "c" } word => $"`{word.Value}`",
        XElement other => string.Concat(other.Nodes().Select(Written)),
        _ => ""
    };

    /// <summary>A member as it is called on the wire; a type by its name.</summary>
    static string Name(string reference)
    {
        var name = reference[(reference.LastIndexOf('.') + 1)..];
        return reference.StartsWith("P:", StringComparison.Ordinal) ? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name) : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"^(Command|Event)\. ")]
    private static partial Regex Kind();
}
