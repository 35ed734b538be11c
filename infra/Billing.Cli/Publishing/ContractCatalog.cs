using System.Reflection;
using Billing.Contracts.MonthClose.V1;

namespace Billing.Cli.Publishing;

/// <summary>The messages that can be published, by name.</summary>
public static class ContractCatalog
{
    /// <summary>Every contract that is a message of its own, not a part of one.</summary>
    public static IReadOnlyList<Type> Messages { get; } = FindMessages();

    /// <summary>Finds <c>SetPrice</c>, <c>V1.SetPrice</c>, <c>MonthClose.V1.SetPrice</c> or the full name; without a version, the newest.</summary>
    public static Type? Find(string name) => Messages
        .Where(type => type.FullName!.Equals(name, StringComparison.OrdinalIgnoreCase)
            || type.FullName.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase))
        .OrderByDescending(VersionOf)
        .FirstOrDefault();

    /// <summary>The name nearest to a mistyped one, for "did you mean".</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var nearest = known.Select(candidate => (Name: candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .MinBy(pair => pair.Distance);
        return nearest.Name is not null && nearest.Distance <= Math.Max(2, name.Length / 3) ? nearest.Name : null;
    }

    static List<Type> FindMessages()
    {
        var all = typeof(RegisterAccount).Assembly.GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false, IsNested: false }
                && type.Namespace!.StartsWith("Billing.Contracts.", StringComparison.Ordinal))
            .ToList();
        var parts = all.SelectMany(type => type.GetProperties()).Select(property => property.PropertyType.GetElementType() ?? property.PropertyType)
            .ToHashSet();
        // SendEmail goes alone as well as inside SendEmails.
        var names = all.Select(type => type.FullName).ToHashSet();
        return [.. all.Where(type => !parts.Contains(type) || names.Contains($"{type.FullName}s")).OrderBy(type => type.Name, StringComparer.Ordinal)];
    }

    static int VersionOf(Type type) => int.Parse(type.Namespace!.Split('.')[^1].TrimStart('V'), System.Globalization.CultureInfo.InvariantCulture);

    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }
}
