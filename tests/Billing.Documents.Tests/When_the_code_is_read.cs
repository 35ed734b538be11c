using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Documents.Tests;

/// <summary>What a person sees of a file without scrolling sideways or far. Generated migrations are left out.</summary>
public sealed partial class When_the_code_is_read
{
    const int Columns = 160;

    const int LinesOfMethod = 60;

    [Fact]
    public void Should_have_no_line_of_production_code_that_is_too_long()
    {
        var tooLong = FilesIn("services", "infra", "contracts")
            .SelectMany(file => File.ReadLines(file).Select((line, at) => (line.Length, Place: $"{NameOf(file)}:{at + 1}")))
            .Where(line => line.Length > Columns)
            .Select(line => $"{line.Place} has {line.Length} columns")
            .ToList();
        Assert.True(tooLong.Count == 0, $"{tooLong.Count} lines have more than {Columns} columns:\n{string.Join('\n', tooLong.Take(50))}");
    }

    /// <summary>The declaration of a state machine is its constructor: a table of what follows what, which is read from top to bottom.</summary>
    [Fact]
    public void Should_have_no_method_of_production_code_that_is_too_long()
    {
        var tooLong = FilesIn("services", "infra")
            .SelectMany(file => MethodsOf(File.ReadAllLines(file)).Select(method => (method.Length, Place: $"{NameOf(file)}:{method.At}")))
            .Where(method => method.Length > LinesOfMethod)
            .Select(method => $"{method.Place} has {method.Length} lines")
            .ToList();
        Assert.True(tooLong.Count == 0, $"{tooLong.Count} methods have more than {LinesOfMethod} lines:\n{string.Join('\n', tooLong)}");
    }

    [Fact]
    public void Should_find_the_bodies_of_methods_by_their_indentation()
    {
        const string File = """
            class Some : Other
            {
                public Some()
                {
                    Begin();
                }

                Task RunAsync() => transactions.RunAsync(async db =>
                {
                    Begin();
                    End();
                }, cancellationToken);

                sealed class Inner
                {
                    void Run()
                    {
                        End();
                    }
                }
            }
            """;
        Assert.Equal([(4, 1), (9, 2), (17, 1)], MethodsOf(File.Split('\n')));
        Assert.Equal([(9, 2), (17, 1)], MethodsOf(File.Replace(": Other", ": MassTransitStateMachine<State>", StringComparison.Ordinal).Split('\n')));
    }

    /// <summary>
    /// Where the body of each method begins, and how many lines it has: members of a type are indented by four, those of a nested one by eight.
    /// </summary>
    static IEnumerable<(int At, int Length)> MethodsOf(string[] lines)
    {
        var machine = lines.Select(line => StateMachine().Match(line)).FirstOrDefault(match => match.Success)?.Groups["name"].Value;
        for (var at = 1; at < lines.Length; at++)
        {
            if (lines[at] is not ("    {" or "        {") || Type().IsMatch(HeadOf(lines, at)))
                continue;
            // in eight: a block of a method, unless the type around it is nested
            if (lines[at].Length > 5 && (Array.FindLastIndex(lines, at, line => line == "    {") is not (> 0 and var around)
                || !Type().IsMatch(HeadOf(lines, around))))
                continue;
            var end = Array.FindIndex(lines, at, line => line.StartsWith(lines[at][..^1] + "}", StringComparison.Ordinal));
            if (machine is null || !lines[at - 1].StartsWith($"    public {machine}(", StringComparison.Ordinal))
                yield return (at + 1, end - at - 1);
        }
    }

    /// <summary>The lines between the last end of something and the brace: what the brace belongs to.</summary>
    static string HeadOf(string[] lines, int brace)
    {
        var from = brace;
        while (from > 0 && lines[from - 1] is { Length: > 0 } before && before.TrimEnd()[^1] is not ('}' or ';' or '{' or ']'))
            from--;
        return string.Join('\n', lines[from..brace].Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));
    }

    static IEnumerable<string> FilesIn(params string[] folders) => folders
        .Select(ReadmeExamples.PathOf)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj", "Migrations"]).Any());

    static string NameOf(string file) => Path.GetRelativePath(ReadmeExamples.PathOf("."), file).Replace(Path.DirectorySeparatorChar, '/');

    [GeneratedRegex(@"^\s+((public|internal|private|protected|sealed|static|abstract|partial|readonly) )*(class|record|struct|interface|enum) ",
        RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"class (?<name>\w+)\b.*: MassTransitStateMachine<")]
    private static partial Regex StateMachine();
}
