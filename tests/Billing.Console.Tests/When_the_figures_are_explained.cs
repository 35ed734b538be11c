using Billing.Console.Parts;
using Billing.Testing;

namespace Billing.Console.Tests;

public sealed class When_the_figures_are_explained
{
    [Fact]
    public void Should_say_the_same_in_the_document()
    {
        var document = File.ReadAllText(ReadmeExamples.PathOf("docs/console.md"));
        Assert.Empty(Meanings.All.Where(one => !document.Contains($"| {one.Name} | {one.Means} | {one.From} |", StringComparison.Ordinal)).Select(one => one.Name));
    }
}
