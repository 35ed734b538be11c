using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests.House;

/// <summary>Compares a text with the approved one in a file of this project.</summary>
static class Approval
{
    /// <summary>A text that differs is written beside the approved one, as <c>.received.txt</c>, and fails the test.</summary>
    /// <param name="file">Within this project, such as <c>Look/Explaining/Explanation.approved.txt</c>.</param>
    public static void Check(string file, string text)
    {
        var approved = ReadmeExamples.PathOf($"tests/Billing.MonthClose.Tests/{file}");
        if (File.Exists(approved) && File.ReadAllText(approved) == text)
            return;
        File.WriteAllText(approved.Replace("approved", "received", StringComparison.Ordinal), text);
        Assert.Fail($"The text differs from what was approved: compare {file.Replace("approved", "received", StringComparison.Ordinal)} with {file}.\n{text}");
    }
}
