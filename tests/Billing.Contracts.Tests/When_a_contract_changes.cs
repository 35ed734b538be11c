using Billing.Testing;
using Xunit;

namespace Billing.Contracts.Tests;

public class When_a_contract_changes
{
    static readonly string Approved = ReadmeExamples.PathOf("tests/Billing.Contracts.Tests/Approved.txt");

    static string[] Forms => [.. Contract.All.Select(contract => contract.Form())];

    /// <summary>Publishing something is a decision: whoever adds a record or an optional member approves it by copying the received file over.</summary>
    [Fact]
    public void Should_be_approved_in_a_file()
    {
        var received = string.Join('\n', Forms);
        if (received == File.ReadAllText(Approved))
            return;
        File.WriteAllText(Path.ChangeExtension(Approved, ".received.txt"), received);
        Assert.Fail(
            "The contracts differ from what was approved: compare tests/Billing.Contracts.Tests/Approved.received.txt with Approved.txt, and copy it over if the change only adds.");
    }

    /// <summary>Even an approved change may only add: old and new versions of the services talk to each other while a deploy goes on.</summary>
    [Fact]
    public void Should_keep_every_member_that_was_ever_published()
    {
        var now = Forms.SelectMany(Lines).ToHashSet(StringComparer.Ordinal);
        Assert.Equal([], File.ReadAllText(Approved).Split("\n\n").SelectMany(Lines).Except(now));
    }

    [Fact]
    public void Should_only_add_optional_members_to_what_is_published()
    {
        var before = File.ReadAllText(Approved).Split("\n\n").SelectMany(Lines).ToHashSet(StringComparer.Ordinal);
        var known = before.Select(line => line.Split(' ')[0]).ToHashSet(StringComparer.Ordinal);
        var added = Forms.SelectMany(Lines).Except(before).Where(line => known.Contains(line.Split(' ')[0]));
        Assert.Equal([], added.Where(line => line.EndsWith("required", StringComparison.Ordinal)));
    }

    /// <summary>Each member with its contract's name before it.</summary>
    static IEnumerable<string> Lines(string form)
    {
        var lines = form.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Skip(1).Select(line => $"{lines[0]} {line.Trim()}");
    }
}
