using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Billing.Contracts.Tests.MadeUp;
using Billing.MonthClose.Books.Closes;
using Xunit;

namespace Billing.Contracts.Tests;

/// <summary>The gate itself, on small made-up contracts: what would break somebody turns it red, and the sentence says what to do instead.</summary>
public sealed class When_a_contract_would_break : IDisposable
{
    const string Name = "Billing.Contracts.MadeUp.V1:Told";

    readonly string _folder = Directory.CreateTempSubdirectory("billing-approvals-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Should_pass_when_nothing_changes() => Assert.Equal([], Since<Told>(typeof(Told)));

    [Fact]
    public void Should_pass_when_an_optional_member_joins() => Assert.Equal([], Since<Told>(typeof(ToldWithMore)));

    [Theory]
    [InlineData(typeof(ToldWithout), "amount (Decimal, required) is not there any more. Put it back")]
    [InlineData(typeof(ToldRenamed), "amount (Decimal, required) is not there any more. Put it back")]
    [InlineData(typeof(ToldRenamed), "sum is new and required. Make it optional")]
    [InlineData(typeof(ToldAsText), "amount was \"Decimal, required\" and is \"String, required\". The two sides would not read the same from it: leave it")]
    [InlineData(typeof(ToldInParts), "note was \"String?, optional\" and is \"String[]?, optional\". The two sides would not read the same from it")]
    [InlineData(typeof(ToldWithRequiredNote), "note was \"String?, optional\" and is \"String, required\"")]
    [InlineData(typeof(ToldWithOptionalAmount), "amount was \"Decimal, required\" and is \"Decimal, optional\". An earlier reader counts on it")]
    [InlineData(typeof(ToldWithRequiredCount), "count was \"Int32, optional\" and is \"Int32, required\". An earlier sender leaves it out")]
    [InlineData(typeof(ToldInSecret), "note was \"String?, optional\" and is \"String?, optional, confidential\". One of the two seals it")]
    [InlineData(typeof(ToldWithMoreRequired), "currency is new and required. Make it optional, with a default that means what was meant before")]
    public void Should_name_the_member_and_say_what_to_do_instead(Type today, string finding) =>
        Assert.Contains(Since<Told>(today), sentence => sentence.StartsWith($"{Name}: {finding}", StringComparison.Ordinal));

    [Fact]
    public void Should_say_that_a_contract_is_gone() =>
        Assert.StartsWith($"{Name} is not there any more. Its namespace and its name are its name on the wire",
            Assert.Single(Gate.Compare([Earlier<Told>()], [])), StringComparison.Ordinal);

    [Fact]
    public void Should_say_where_a_contract_has_moved() =>
        Assert.StartsWith($"{Name} is now called Billing.Contracts.Elsewhere.V1:Told.",
            Assert.Single(Gate.Compare([Earlier<Told>()], [new Contract(typeof(Told), "Billing.Contracts.Elsewhere.V1:Told")])), StringComparison.Ordinal);

    [Theory]
    [InlineData(typeof(MoreColours), "the value Blue is new, and an earlier reader cannot read it")]
    [InlineData(typeof(FewerColours), "Green (value 1) is not there any more. Put it back")]
    [InlineData(typeof(TurnedColours), "Red was \"value 0\" and is \"value 1\". The two sides would not read the same from it")]
    public void Should_keep_the_values_of_an_enumeration(Type today, string finding) =>
        Assert.Contains(Since<Colours>(today), sentence => sentence.StartsWith($"{Name}: {finding}", StringComparison.Ordinal));

    /// <summary>A row that stands in a state which the machine has no more could not go on.</summary>
    [Fact]
    public void Should_keep_the_states_and_the_members_of_a_saga()
    {
        var today = new Contract(typeof(RunState));
        var earlier = ApprovedContract.Of(today);
        Assert.Equal([], Gate.Compare([earlier], [today]));
        Assert.Equal(["Billing.MonthClose.Books.Closes:RunState: Dormant (state)", "Billing.MonthClose.Books.Closes:RunState: oldReason (String?, optional)"],
            Gate.Compare([earlier with { Form = [.. earlier.Form, "Dormant: state", "oldReason: String?, optional"] }], [today])
                .Select(finding => finding.Split(" is not there any more. Put it back")[0]));
    }

    /// <summary>The form is the same; but the earlier release said it otherwise on the wire.</summary>
    [Fact]
    public void Should_read_what_an_earlier_sender_said()
    {
        var earlier = Earlier<Told>();
        earlier.Sample!["amount"] = "12,34";
        Assert.StartsWith($"{Name}: what an earlier sender says cannot be read (", Gate.Compare([earlier], [new Contract(typeof(Told), Name)])[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Should_lose_nothing_of_what_an_earlier_sender_said()
    {
        var earlier = Earlier<Told>();
        earlier.Sample!["part"]!["forgotten"] = 7;
        Assert.StartsWith($"{Name}: part was told as", Assert.Single(Gate.Compare([earlier], [new Contract(typeof(Told), Name)])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("required", """["amount","madeUp"]""", "Required properties")]
    [InlineData("properties", """{"part":{"type":"object","properties":{"colour":{"enum":[0]}}}}""", "/part/colour Value should match one of the values")]
    [InlineData("properties", """{"count":{"type":"string"}}""", "/count Value is \"integer\" but should be \"string\"")]
    public void Should_be_understood_by_an_earlier_reader(string keyword, string needs, string trouble)
    {
        var earlier = Earlier<Told>();
        earlier.Schema![keyword] = JsonNode.Parse(needs);
        Assert.Contains(Gate.Compare([earlier], [new Contract(typeof(Told), Name)]),
            sentence => sentence.StartsWith($"{Name}: an earlier reader does not understand what is said today ({trouble}", StringComparison.Ordinal));
    }

    [Fact]
    public void Should_tell_of_an_approved_file_that_was_edited()
    {
        var approvals = Approved("0.1");
        Assert.Equal([], approvals.Edits());
        File.AppendAllText(FileOf("0.1"), " ");
        Assert.Equal(["0.1/Billing.Contracts.MadeUp.V1.Told.json is not as it was approved, or not there any more. An approved file is never edited: "
            + "run ./billing contracts approve: it is not released yet."], approvals.Edits());
    }

    [Fact]
    public void Should_tell_of_a_released_file_that_was_edited_or_removed()
    {
        var approvals = Approved("0.1");
        approvals.Release("0.1");
        File.Delete(FileOf("0.1"));
        Assert.EndsWith("take it back (git checkout); what is new belongs to the next version.", Assert.Single(approvals.Edits()), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_tell_when_the_hash_of_a_released_file_was_edited_with_it()
    {
        var approvals = Approved("0.1");
        approvals.Release("0.1");
        File.AppendAllText(FileOf("0.1"), " ");
        var hashes = Path.Combine(_folder, "hashes.txt");
        File.WriteAllText(hashes, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(FileOf("0.1")))) + File.ReadAllText(hashes)[64..]);
        Assert.StartsWith("The lines of 0.1 in hashes.txt are not those that were released. That list only grows:", Assert.Single(approvals.Edits()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Should_tell_when_the_whole_release_was_taken_out()
    {
        var approvals = Approved("0.1");
        approvals.Release("0.1");
        Directory.Delete(Path.Combine(_folder, "0.1"), recursive: true);
        File.WriteAllText(Path.Combine(_folder, "hashes.txt"), "");
        Assert.StartsWith("The lines of 0.1 in hashes.txt are not those that were released.", Assert.Single(approvals.Edits()), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_not_approve_a_released_version_anew()
    {
        var approvals = Approved("0.1");
        approvals.Release("0.1");
        var refused = Assert.Throws<InvalidOperationException>(() => approvals.Approve("0.1", [new Contract(typeof(Told), Name)]));
        Assert.StartsWith("Version 0.1 is released, and what was released never changes. Raise <Version> in Directory.Build.props", refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Should_approve_the_next_version_beside_the_released_one()
    {
        var approvals = Approved("0.1");
        approvals.Release("0.1");
        approvals.Approve("0.2", [new Contract(typeof(ToldWithMore), Name)]);
        Assert.Equal([], approvals.Edits());
        Assert.Equal(["0.1", "0.2"], approvals.Versions);
        Assert.DoesNotContain("more: String?, optional", Assert.Single(approvals.Of("0.1")).Form);
        Assert.Contains("more: String?, optional", Assert.Single(approvals.Of("0.2")).Form);
    }

    Approvals Approved(string version)
    {
        var approvals = new Approvals(_folder);
        approvals.Approve(version, [new Contract(typeof(Told), Name)]);
        return approvals;
    }

    string FileOf(string version) => Path.Combine(_folder, version, "Billing.Contracts.MadeUp.V1.Told.json");

    static ApprovedContract Earlier<T>() => ApprovedContract.Of(new Contract(typeof(T), Name));

    static IReadOnlyList<string> Since<T>(Type today) => Gate.Compare([Earlier<T>()], [new Contract(today, Name)]);
}
