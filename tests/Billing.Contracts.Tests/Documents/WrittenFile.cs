using Billing.Testing;
using Xunit;

namespace Billing.Contracts.Tests.Documents;

/// <summary>A file of the repository that is written from the contracts.</summary>
static class WrittenFile
{
    /// <summary>Compares it with what it should be; <c>./billing contracts write</c> writes it.</summary>
    public static void IsCurrent(string file, string written)
    {
        var path = ReadmeExamples.PathOf(file);
        if (When_a_contract_changes.Asked == "write")
            File.WriteAllText(path, written);
        Assert.True(File.Exists(path) && File.ReadAllText(path) == written,
            $"{file} is not what the contracts say. Run ./billing contracts write, and read what it changed.");
    }
}
