using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Billing.Testing;

/// <summary>What a person reads in the queue <c>outcomes</c> after he has pasted a command on the management page.</summary>
public sealed record PastedOutcome(
    string Command, string Outcome, string? Because, IReadOnlyList<string> Changes, IReadOnlyList<PastedFault> Faults, string? WaitsIn)
{
    const int Longest = 100;

    string Why => Changes.Count > 0 ? string.Join("; ", Changes) : Faults.Count > 0 ? string.Join("; ", Faults) : Because!;

    /// <summary>One line: the outcome, and why or what.</summary>
    public override string ToString() => $"{Outcome}: {(Why.Length <= Longest ? Why : Why[..Longest] + "…")}";
}

/// <summary>What is wrong with a pasted command.</summary>
public sealed record PastedFault(string Field, string Value, string Expected)
{
    public override string ToString() => $"{Field} is {Value}; expected {Expected}";
}

/// <summary>A body of which one member is broken.</summary>
/// <param name="Command">Its name.</param>
/// <param name="Member">The one that is broken.</param>
/// <param name="How">Wrong type, missing, null or too long.</param>
/// <param name="Form">What the contract says of the member, as a JSON schema.</param>
/// <param name="IsRequired">As the contract says it.</param>
/// <param name="Answer">What the sender was told.</param>
public sealed record BrokenCommand(string Command, string Member, string How, JsonElement Form, bool IsRequired, PastedOutcome Answer)
{
    bool IsNumber => Form.GetProperty("type").ToString() is var type
        && (type.Contains("number", StringComparison.Ordinal) || type.Contains("integer", StringComparison.Ordinal));

    bool MayBeNull => Form.GetProperty("type").ToString().Contains("null", StringComparison.Ordinal);

    /// <summary>No service may take it: what is optional may be missing or null, but not of a wrong type or without an end.</summary>
    /// <remarks>A number that may be null may be missing; the words of an e-mail may be longer than these.</remarks>
    public bool IsBad => How switch
    {
        "is missing" => IsRequired && !(IsNumber && MayBeNull),
        "is null" => IsRequired && !MayBeNull,
        "is too long" => (Command, Member) != ("SendEmail", "text"),
        _ => true
    };

    /// <summary>It was rejected, and its sender was told of the member.</summary>
    public bool IsNamed => Answer.Outcome == "rejected"
        && Answer.Faults.Any(fault => fault.Expected.Length > 0 && fault.Field.Split('.', '[')[0].Equals(Member, StringComparison.OrdinalIgnoreCase));

    public override string ToString() => $"{Command}.{Member} {How}: {Answer}";
}

/// <summary>Pastes the bodies of <c>contracts/README.md</c> through the management HTTP API, and reads there what became of them.</summary>
/// <param name="broker">Where the services listen.</param>
/// <param name="tools">Says and reads it in the place of the management API: each command names a queue to be answered in.</param>
public sealed class PastedCommands(TestVirtualHost broker, AmqpTools? tools = null)
{
    const string Mine = "answers-of-a-program";

    const string Outcomes = "outcomes";
    const int LongerThanAnyText = 20_001;

    static readonly JsonElement Document =
        JsonDocument.Parse(File.ReadAllText(ReadmeExamples.PathOf("contracts/asyncapi.json"))).RootElement.GetProperty("components").GetProperty("messages");

    int _pasted;

    /// <summary>The exchanges of the commands of an owner, in the order of the page.</summary>
    public static IReadOnlyList<string> Of(string owner) =>
        [.. ReadmeExamples.All.Keys.Where(exchange => exchange.StartsWith($"Billing.Contracts.{owner}.", StringComparison.Ordinal))];

    /// <summary>Says each body exactly as it stands on the page, and again when all that it began is done.</summary>
    /// <returns>Two lines for each: what was told the first time and the second time.</returns>
    public async Task<IReadOnlyList<string>> SayEachTwiceAsync(string owner)
    {
        var told = new List<string>();
        if (tools is not null)
            await tools.DeclareAsync(Mine);
        foreach (var exchange in Of(owner))
        {
            var (first, again) = (await SayAsync(exchange), await SayAsync(exchange));
            if ((first.Command, again.Command) != (exchange, exchange))
                throw new InvalidOperationException($"{exchange} was answered as {first.Command} and {again.Command}.");
            told.Add($"{exchange.Split(':')[1]} {first}");
            told.Add($"    {(again.ToString() == first.ToString() ? "the same" : again)}");
        }

        return told;
    }

    async Task<PastedOutcome> SayAsync(string exchange)
    {
        PastedOutcome told;
        if (tools is null)
        {
            await broker.PasteAsync(exchange, ReadmeExamples.All[exchange]);
            told = Read((await TakeAsync(1))[0].GetProperty("payload").GetString()!);
        }
        else
        {
            await tools.PublishAsync(exchange, ReadmeExamples.All[exchange], Mine);
            told = Read(await tools.ConsumeAsync(Mine));
        }

        await Eventually.HoldsAsync(broker.QueuesAreEmptyAsync, "all that it began is done");
        return told;
    }

    /// <summary>Pastes each body with each of its members broken in each way.</summary>
    public async Task<IReadOnlyList<BrokenCommand>> PasteBrokenAsync(string owner)
    {
        var waiting = new Dictionary<string, (string Command, string Member, string How, JsonElement Form, bool IsRequired)>(StringComparer.Ordinal);
        foreach (var exchange in Of(owner))
            foreach (var (member, how, form, isRequired, body) in Broken(exchange))
            {
                var id = $"broken-{++_pasted}";
                waiting.Add(id, (exchange.Split(':')[1], member, how, form, isRequired));
                await broker.PasteAsync(exchange, body, id);
            }

        return [.. (await TakeAsync(waiting.Count)).Select(message =>
        {
            var (command, member, how, form, isRequired) = waiting[message.GetProperty("properties").GetProperty("correlation_id").GetString()!];
            return new BrokenCommand(command, member, how, form, isRequired, Read(message.GetProperty("payload").GetString()!));
        })];
    }

    static IEnumerable<(string Member, string How, JsonElement Form, bool IsRequired, string Body)> Broken(string exchange)
    {
        var payload = Document.GetProperty(exchange.Replace("Billing.Contracts.", "", StringComparison.Ordinal).Replace(':', '.')).GetProperty("payload");
        var required = payload.TryGetProperty("required", out var names)
            ? names.EnumerateArray().Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal) : [];
        foreach (var (member, value) in JsonNode.Parse(ReadmeExamples.All[exchange])!.AsObject())
        {
            var (form, isRequired) = (payload.GetProperty("properties").GetProperty(member), required.Contains(member));
            yield return (member, "has a wrong type", form, isRequired, With(body => body[member] = value is JsonObject ? 5 : new JsonObject()));
            yield return (member, "is missing", form, isRequired, With(body => body.Remove(member)));
            yield return (member, "is null", form, isRequired, With(body => body[member] = null));
            if (value is JsonValue text && text.GetValueKind() == JsonValueKind.String)
                yield return (member, "is too long", form, isRequired, With(body => body[member] = new string('x', LongerThanAnyText)));
        }

        string With(Action<JsonObject> change)
        {
            var body = JsonNode.Parse(ReadmeExamples.All[exchange])!.AsObject();
            change(body);
            if (body.ContainsKey("notificationId") && body["notificationId"] is JsonValue id && id.ToString() == Original())
                body["notificationId"] = Guid.NewGuid();        // what was asked for before is not looked at again
            return body.ToJsonString();
        }

        string? Original() => JsonNode.Parse(ReadmeExamples.All[exchange])!["notificationId"]?.ToString();
    }

    async Task<IReadOnlyList<JsonElement>> TakeAsync(int count)
    {
        var taken = new List<JsonElement>();
        await Eventually.HoldsAsync(async () =>
        {
            taken.AddRange(await broker.TakeAsync(Outcomes, count - taken.Count));
            return taken.Count >= count;
        }, $"{count} outcomes are told");
        return taken;
    }

    static PastedOutcome Read(string body)
    {
        var answer = JsonDocument.Parse(body).RootElement;
        return new PastedOutcome(Text(answer, "command")!, Text(answer, "outcome")!, Text(answer, "because"),
            [.. answer.GetProperty("changes").EnumerateArray().Select(change => $"{Text(change, "subject")} {Text(change, "what")}")],
            [.. answer.GetProperty("faults").EnumerateArray().Select(fault =>
                new PastedFault(Text(fault, "field")!, Text(fault, "value")!, Text(fault, "expected")!))], Text(answer, "waitsIn"));
    }

    static string? Text(JsonElement of, string member) =>
        of.TryGetProperty(member, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;
}
