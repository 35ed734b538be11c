using System.Xml.Linq;
using Billing.Testing;
using Xunit;

namespace Billing.Contracts.Tests;

/// <summary>
/// Messages lie in queues and outboxes over a deploy, and old and new versions of the services talk to each other while it goes on. So a contract only grows,
/// by optional members, and each release's form is kept.
/// </summary>
public class When_a_contract_changes
{
    /// <summary><c>approve</c>, <c>release</c> or <c>write</c>; see <c>./billing contracts</c>.</summary>
    internal static string? Asked => Environment.GetEnvironmentVariable("BILLING_CONTRACTS");

    static readonly Approvals Approved = new(ReadmeExamples.PathOf("tests/Billing.Contracts.Tests/Approved"));

    static readonly Contract[] Today = [.. Contract.All, .. InnerContracts.All];

    /// <summary>Such as 0.1: what a patch changes is no contract.</summary>
    static string Version => string.Join('.',
        XDocument.Load(ReadmeExamples.PathOf("Directory.Build.props")).Descendants("Version").Single().Value.Split('.')[..2]);

    /// <summary>Publishing something is a decision: whoever adds a record or an optional member approves it, and a review sees it.</summary>
    [Fact]
    public void Should_be_approved_as_it_is()
    {
        if (Asked == "approve")
        {
            None(Broken(Approved.Versions.Where(Approved.IsReleased)));
            Approved.Approve(Version, Today);
        }

        None(Unapproved());
        if (Asked != "release")
            return;
        None(Approved.Edits());
        Approved.Release(Version);
    }

    [Fact]
    public void Should_contain_all_that_was_ever_published() => None(Broken(Approved.Versions));

    [Fact]
    public void Should_leave_what_was_approved_alone() => None(Approved.Edits());

    [Fact]
    public void Should_be_approved_for_each_message_that_a_service_hears()
    {
        var names = Approved.Of(Version).Select(contract => contract.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("Billing.Contracts.MonthClose.V1:StartMonthClose", names);
        Assert.Contains("Billing.MonthClose.Books.Closes:CutChunks", names);
        Assert.Contains("Billing.MonthClose.Books.Closes:RunState", names);
        Assert.Equal([], InnerContracts.Consumers.Keys.Select(Contract.ExchangeOf).Except(names));
    }

    /// <summary>With all that was found, where an assertion on the list would cut the sentences off.</summary>
    static void None(IEnumerable<string> findings)
    {
        var all = string.Join('\n', findings);
        Assert.True(all.Length == 0, all);
    }

    static IEnumerable<string> Broken(IEnumerable<string> versions) =>
        versions.SelectMany(version => Gate.Compare(Approved.Of(version), Today).Select(finding => $"Since {version}: {finding}"));

    static IEnumerable<string> Unapproved()
    {
        var files = Approved.Of(Version).ToDictionary(contract => contract.Name, contract => contract.Write());
        var instead = Approved.IsReleased(Version)
            ? $"{Version} is released: raise <Version> in Directory.Build.props, then run ./billing contracts approve"
            : "run ./billing contracts approve, and read what it changed";
        foreach (var contract in Today.Select(ApprovedContract.Of))
            if (!files.Remove(contract.Name, out var approved) || approved != contract.Write())
                yield return $"{contract.Name} is not as it was approved for {Version}: {instead}.";
        foreach (var gone in files.Keys)
            yield return $"{gone} was approved for {Version}, and is not there any more: {instead}.";
    }
}
