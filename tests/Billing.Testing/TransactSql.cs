using System.Text.RegularExpressions;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Billing.Testing;

/// <summary>Reads T-SQL by Microsoft's own grammar, for places without a server: what it cannot read, no server runs.</summary>
public static partial class TransactSql
{
    /// <returns>
    /// What is wrong with it, and with the texts that it executes, each with its line; none when it can be read. Whether its tables are there is not asked.
    /// </returns>
    public static IReadOnlyList<string> Faults(string sql)
    {
        using var reader = new StringReader(sql);
        new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        return
        [
            .. errors.Select(error => $"line {error.Line}: {error.Message}"),
            .. Executed().Matches(sql).SelectMany(text => Faults(text.Groups["text"].Value.Replace("''", "'", StringComparison.Ordinal)))
        ];
    }

    [GeneratedRegex("""EXEC\(N'(?<text>(?:[^']|'')*)'\)""")]
    private static partial Regex Executed();
}
