using Billing.Testing;

namespace Billing.Documents.Tests;

/// <summary>What a person sees of a file without scrolling sideways. Generated migrations are left out.</summary>
public sealed class When_the_code_is_read
{
    const int Columns = 160;

    [Fact]
    public void Should_have_no_line_of_production_code_that_is_too_long()
    {
        var tooLong = ((string[])["services", "infra", "contracts"])
            .Select(ReadmeExamples.PathOf)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj", "Migrations"]).Any())
            .SelectMany(file => File.ReadLines(file)
                .Select((line, at) => (line.Length, Place: $"{Path.GetRelativePath(ReadmeExamples.PathOf("."), file)}:{at + 1}")))
            .Where(line => line.Length > Columns)
            .Select(line => $"{line.Place} has {line.Length} columns")
            .ToList();
        Assert.True(tooLong.Count == 0, $"{tooLong.Count} lines have more than {Columns} columns:\n{string.Join('\n', tooLong.Take(50))}");
    }
}
