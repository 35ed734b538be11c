using System.Text.Json;
using Billing.Contracts;

namespace Billing.Hosting.Commands;

/// <summary>The commands of all services, by name. What a command is, and what an event, is known from the AsyncAPI document.</summary>
public static class CommandCatalog
{
    static readonly Lazy<IReadOnlyList<Type>> Known = new(Read);

    /// <summary>Every published command.</summary>
    public static IReadOnlyList<Type> Commands => Known.Value;

    /// <summary>
    /// Those of a name: <c>StartMonthClose</c>, <c>MonthClose.V1.StartMonthClose</c>, or its exchange. Several when services have commands of the same name.
    /// </summary>
    public static IReadOnlyList<Type> Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var wanted = name.Replace(':', '.');
        var found = Commands.Where(type => type.FullName!.Equals(wanted, StringComparison.OrdinalIgnoreCase)
            || type.FullName.EndsWith($".{wanted}", StringComparison.OrdinalIgnoreCase)).ToList();
        // of versions of one command, the newest
        return [.. found.GroupBy(type => type.Namespace![..type.Namespace!.LastIndexOf('.')])
            .Select(versions => versions.MaxBy(type => type.Namespace, StringComparer.Ordinal)!)];
    }

    /// <summary>Its exchange, such as <c>Billing.Contracts.MonthClose.V1:StartMonthClose</c>.</summary>
    public static string ExchangeOf(Type command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return $"{command.Namespace}:{command.Name}";
    }

    static IReadOnlyList<Type> Read()
    {
        using var reader = typeof(CommandCatalog).Assembly.GetManifestResourceStream("asyncapi.json")!;
        using var document = JsonDocument.Parse(reader);
        return [.. document.RootElement.GetProperty("operations").EnumerateObject()
            .Where(operation => operation.Value.GetProperty("action").GetString() == "receive")
            .Select(operation => typeof(ConfidentialAttribute).Assembly.GetType($"Billing.Contracts.{operation.Name}", throwOnError: true)!)];
    }
}
