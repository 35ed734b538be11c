using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Billing.Contracts.Tests;

/// <summary>
/// What of today's contracts would break whoever still speaks, or reads, an earlier form of them. Each finding is a sentence that says what to do instead.
/// </summary>
static class Gate
{
    const string NewVersion = "leave it as it was, and say the new meaning by a new version of the contract beside this one (V2), "
        + "or by an optional member of another name";

    /// <param name="approved">The contracts of an earlier release.</param>
    /// <param name="today">All contracts that there are.</param>
    public static IReadOnlyList<string> Compare(IEnumerable<ApprovedContract> approved, IReadOnlyCollection<Contract> today) =>
        [.. approved.SelectMany(earlier => today.FirstOrDefault(contract => contract.Exchange == earlier.Name) is { } contract
            ? (IEnumerable<string>)Compare(earlier, contract)
            : [Gone(earlier, today)])];

    static string Gone(ApprovedContract earlier, IEnumerable<Contract> today)
    {
        var moved = today.FirstOrDefault(contract => contract.Exchange.Split(':')[1] == earlier.Name.Split(':')[1]);
        var what = moved is null ? "is not there any more" : $"is now called {moved.Exchange}";
        return $"{earlier.Name} {what}. Its namespace and its name are its name on the wire: what lies in a queue, and who still sends it, would not be heard. "
            + "Put it back where it was; a new name is a new contract beside it, and the old one stays until nobody can send it.";
    }

    static List<string> Compare(ApprovedContract earlier, Contract contract)
    {
        var now = contract.Form();
        var form = CompareForms(earlier, now).ToList();
        if (form.Count > 0 || earlier.Sample is null)
            return form;
        return [.. WhatIsNotRead(earlier, contract), .. WhatAnEarlierReaderMisses(earlier, contract)];
    }

    static IEnumerable<string> CompareForms(ApprovedContract earlier, IReadOnlyList<string> now)
    {
        var members = now.ToDictionary(NameOf, RestOf);
        var known = earlier.Form.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        foreach (var line in earlier.Form)
        {
            var (name, before) = (NameOf(line), RestOf(line));
            if (!members.TryGetValue(name, out var after))
                yield return $"{earlier.Name}: {name} ({before}) is not there any more. Put it back: an earlier reader counts on it, and what an earlier "
                    + "sender says by it would be lost. To stop using it, keep it and say so in its comment.";
            else if (after != before)
                yield return $"{earlier.Name}: {name} was \"{before}\" and is \"{after}\". {WhyNot(before, after)}: {NewVersion}.";
        }

        foreach (var line in now.Where(line => !known.Contains(NameOf(line))))
            if (RestOf(line).EndsWith("required", StringComparison.Ordinal) || RestOf(line).Contains("required,", StringComparison.Ordinal))
                yield return $"{earlier.Name}: {NameOf(line)} is new and required. Make it optional, with a default that means what was meant before: "
                    + "an earlier sender does not tell it.";
            else if (RestOf(line).StartsWith("value ", StringComparison.Ordinal))
                yield return $"{earlier.Name}: the value {NameOf(line)} is new, and an earlier reader cannot read it: {NewVersion}.";
    }

    static string WhyNot(string before, string after) =>
        before.Replace("optional", "required", StringComparison.Ordinal) == after ? "An earlier sender leaves it out"
        : before.Replace("required", "optional", StringComparison.Ordinal) == after ? "An earlier reader counts on it"
        : before.Contains("confidential", StringComparison.Ordinal) != after.Contains("confidential", StringComparison.Ordinal)
            ? "One of the two seals it, and the other does not open it"
        : "The two sides would not read the same from it";

    /// <summary>What an earlier sender said has to come out of today's record again, value by value.</summary>
    static IEnumerable<string> WhatIsNotRead(ApprovedContract earlier, Contract contract)
    {
        JsonObject? again = null;
        string? trouble = null;
        try
        {
            again = BusJson.Write(BusJson.Read(earlier.Sample!.DeepClone(), contract.Type));
        }
        catch (JsonException exception)
        {
            trouble = exception.Message;
        }

        return trouble is not null ? [$"{earlier.Name}: what an earlier sender says cannot be read ({trouble}): {NewVersion}."]
            : earlier.Sample!.Where(told => !Holds(told.Value, again![told.Key]))
                .Select(told => $"{earlier.Name}: {told.Key} was told as {told.Value?.ToJsonString()} and read as "
                    + $"{again![told.Key]?.ToJsonString() ?? "nothing"}: {NewVersion}.");
    }

    /// <summary>An object may have gained members; everything else is as it was.</summary>
    static bool Holds(JsonNode? told, JsonNode? read) => (told, read) switch
    {
        (JsonObject before, JsonObject now) => before.All(member => Holds(member.Value, now[member.Key])),
        (JsonArray before, JsonArray now) => before.Count == now.Count && before.Zip(now).All(pair => Holds(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(told, read)
    };

    /// <summary>An earlier reader is what its schema says: what it needs is there, the types fit, and it knows every value.</summary>
    static IEnumerable<string> WhatAnEarlierReaderMisses(ApprovedContract earlier, Contract contract)
    {
        var reader = JsonSchema.FromText(earlier.Schema!.ToJsonString());
        JsonObject[] said = contract.IsSagaState ? [Samples.Of(contract.Type)] : [Samples.Of(contract.Type), Samples.Of(contract.Type, full: false)];
        return said
            .SelectMany(sample => TroubleOf(reader, sample)).Distinct(StringComparer.Ordinal)
            .Select(trouble => $"{earlier.Name}: an earlier reader does not understand what is said today ({trouble}): {NewVersion}.");
    }

    static List<string> TroubleOf(JsonSchema reader, JsonObject sample)
    {
        using var said = JsonDocument.Parse(sample.ToJsonString());
        var result = reader.Evaluate(said.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        if (result.IsValid)
            return [];
        var troubles = (result.Details ?? []).Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} {error.Value}".TrimStart())).ToList();
        return troubles.Count > 0 ? troubles : ["it does not fit the schema"];
    }

    static string NameOf(string line) => line[..line.IndexOf(':', StringComparison.Ordinal)];

    static string RestOf(string line) => line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..];
}
