using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Documents.Tests;

/// <summary>A row with another number of cells than its head is cut off, or runs into the next, where it is shown.</summary>
public sealed partial class When_a_document_has_a_table
{
    [Fact]
    public void Should_have_rows_as_wide_as_its_head()
    {
        var wrong = Documents().SelectMany(file => RowsOf(File.ReadAllLines(file)).Where(row => row.Cells != row.Head)
            .Select(row => $"{Path.GetFileName(file)}:{row.Line} has {row.Cells} cells, its head {row.Head}")).ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Should_see_a_row_that_is_not() =>
        Assert.Equal([(2, 2), (2, 2), (2, 2), (1, 2)], RowsOf(["| a | b |", "|---|---|", "| `x|y` | 1 \\| 2 |", "| cut |"]).Select(row => (row.Cells, row.Head)));

    static IEnumerable<string> Documents()
    {
        var root = ReadmeExamples.PathOf(".");
        return Directory.EnumerateFiles(root, "*.md").Concat(new[] { "docs", "contracts", "infra" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(root, folder), "*.md", SearchOption.AllDirectories)));
    }

    static IEnumerable<(int Line, int Cells, int Head)> RowsOf(string[] lines)
    {
        var head = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith('|'))
            {
                head = 0;
                continue;
            }

            var cells = Code().Replace(lines[i], "").Replace("\\|", "", StringComparison.Ordinal).Count(letter => letter == '|') - 1;
            head = head == 0 ? cells : head;
            yield return (i + 1, cells, head);
        }
    }

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();
}
