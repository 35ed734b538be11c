using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Billing.Sealing;

/// <summary>
/// Seals what is marked in the JSON of a message, with or without its envelope. A text becomes a sealed text, an object becomes
/// <c>{ "sealed": "sealed:v1:…" }</c>; what is sealed already stays.
/// </summary>
public static class SealedJson
{
    static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Seals a message of ours, which has the form of its contract.</summary>
    public static byte[] Seal(byte[] body, Type contract, Sealer sealer)
    {
        ArgumentNullException.ThrowIfNull(sealer);
        return sealer.Seals
            ? Rewritten(body, new Walk([ConfidentialMembers.Of(contract)], sealer, Foreign: false) { Quoted = new(() => TextsIn(body, [contract], sealer)) })
            : body;
    }

    /// <summary>
    /// Seals a body that was received, whatever its form: where a marked member has another form than the contract says, where a member is not known, and where
    /// the body is no JSON, all of it is sealed.
    /// </summary>
    /// <param name="body">As it was received.</param>
    /// <param name="contracts">What may come where it came.</param>
    /// <param name="sealer">Without a key, the body stays as it is.</param>
    public static byte[] SealReceived(byte[] body, IReadOnlyCollection<Type> contracts, Sealer sealer)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(sealer);
        ConfidentialMembers[] marked = [.. contracts.Select(ConfidentialMembers.Of)];
        if (!sealer.Seals || body.Length == 0 || !Array.Exists(marked, contract => contract.Any))
            return body;
        try
        {
            return Rewritten(body, new Walk(marked, sealer, Foreign: true));
        }
        catch (JsonException)
        {
            var text = Encoding.UTF8.GetString(body);
            return Sealer.IsSealed(text) || IsHarmless(text) ? body : Encoding.UTF8.GetBytes(sealer.Seal(text));
        }
    }

    /// <summary>The marked texts of a received body, opened where they were sealed: what nothing that is said about the message may show.</summary>
    public static IReadOnlyCollection<string> TextsIn(byte[] body, IReadOnlyCollection<Type> contracts, Sealer sealer)
    {
        ConfidentialMembers[] marked = [.. contracts.Select(ConfidentialMembers.Of)];
        if (!Array.Exists(marked, contract => contract.Any))
            return [];
        var walk = new Walk(marked, sealer, Foreign: false) { Texts = [] };
        try
        {
            Rewritten(body, walk);
        }
        catch (JsonException)
        {
            // no JSON, and nothing to find
        }

        return walk.Texts;
    }

    /// <summary>Longest text that is left in clear where no mark stands and something marked could lie: a word, or the wrong kind of value.</summary>
    const int LongestHarmless = 8;

    /// <summary>True for what is too short to tell anything of a person.</summary>
    public static bool IsHarmless(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= LongestHarmless && !text.Contains('@', StringComparison.Ordinal);
    }

    /// <summary>Shorter texts stand in every sentence, and tell nobody anything.</summary>
    const int ShortestTold = 4;

    /// <summary>The text without what is confidential.</summary>
    public static string Cleaned(string text, IReadOnlyCollection<string> confidential) =>
        confidential.Where(secret => secret.Length >= ShortestTold).OrderByDescending(secret => secret.Length)
            .Aggregate(text, (cleaned, secret) => cleaned.Replace(secret, "***", StringComparison.Ordinal));

    static byte[] Rewritten(byte[] body, Walk walk)
    {
        using var told = JsonDocument.Parse(body);
        using var rewritten = new MemoryStream(body.Length + 256);
        using (var writer = new Utf8JsonWriter(rewritten, Written))
            walk.Root(writer, told.RootElement);
        return walk.HasSealed ? rewritten.ToArray() : body;
    }

    sealed record Walk(ConfidentialMembers[] Contracts, Sealer Sealer, bool Foreign)
    {
        /// <summary>Collects what is found, when it is set.</summary>
        public HashSet<string>? Texts { get; init; }

        /// <summary>
        /// What the exceptions of a fault may not quote. Found when there are some: every other message would be read, and opened, for nothing.
        /// </summary>
        public Lazy<IReadOnlyCollection<string>> Quoted { get; init; } = new([]);

        public bool HasSealed { get; private set; }

        public void Root(Utf8JsonWriter writer, JsonElement body)
        {
            if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("messageType", out _) || !body.TryGetProperty("message", out _))
            {
                Write(writer, body, Contracts);
                return;
            }

            writer.WriteStartObject();
            foreach (var member in body.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                if (member.NameEquals("message"))
                    Write(writer, member.Value, Contracts);
                else
                    member.Value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        void Write(Utf8JsonWriter writer, JsonElement value, ConfidentialMembers[] contracts)
        {
            if (value.ValueKind == JsonValueKind.Array)
            {
                writer.WriteStartArray();
                foreach (var one in value.EnumerateArray())
                    Write(writer, one, contracts);
                writer.WriteEndArray();
            }
            else if (value.ValueKind == JsonValueKind.Object)
            {
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    WriteMember(writer, member, contracts);
                }

                writer.WriteEndObject();
            }
            else if (IsHarmless(value.GetRawText()))
            {
                value.WriteTo(writer);
            }
            else
            {
                WriteSealed(writer, value);
            }
        }

        void WriteMember(Utf8JsonWriter writer, JsonProperty member, ConfidentialMembers[] contracts)
        {
            var known = contracts.Select(contract => contract.Find(member.Name)).OfType<ConfidentialMembers.Member>().ToList();
            if (known.Exists(one => one.IsConfidential) || (known.Count == 0 && Foreign && !IsHarmless(member.Value.GetRawText())))
                WriteSealed(writer, member.Value);
            else if (known.Select(one => one.Inside).OfType<ConfidentialMembers>().ToArray() is { Length: > 0 } inside)
                Write(writer, member.Value, inside);
            else if (member.NameEquals("exceptions") && Quoted.Value.Count > 0)
                WriteCleaned(writer, member.Value);
            else
                member.Value.WriteTo(writer);
        }

        void WriteCleaned(Utf8JsonWriter writer, JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.String)
            {
                writer.WriteStringValue(Cleaned(TextOf(value), Quoted.Value));
            }
            else if (value.ValueKind == JsonValueKind.Array)
            {
                writer.WriteStartArray();
                foreach (var one in value.EnumerateArray())
                    WriteCleaned(writer, one);
                writer.WriteEndArray();
            }
            else if (value.ValueKind == JsonValueKind.Object)
            {
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    WriteCleaned(writer, member.Value);
                }

                writer.WriteEndObject();
            }
            else
            {
                value.WriteTo(writer);
            }
        }

        void WriteSealed(Utf8JsonWriter writer, JsonElement value)
        {
            if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined || IsSealedObject(value))
            {
                value.WriteTo(writer);
                return;
            }

            var text = TextOf(value);
            Texts?.UnionWith(Spoken(text, value));
            if (Texts is not null || Sealer.IsSealed(text))
            {
                writer.WriteStringValue(text);
                return;
            }

            HasSealed = true;
            if (value.ValueKind != JsonValueKind.Object)
                writer.WriteStringValue(Sealer.Seal(text));
            else
            {
                writer.WriteStartObject();
                writer.WriteString(SealedMessages.Values, Sealer.Seal(text));
                writer.WriteEndObject();
            }
        }

        IEnumerable<string> Spoken(string text, JsonElement value)
        {
            try
            {
                return value.ValueKind == JsonValueKind.Object
                    ? [.. value.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String).Select(one => TextOf(one.Value))]
                    : [text, Sealer.Open(text)];
            }
            catch (SealException)
            {
                return [];
            }
        }

        static bool IsSealedObject(JsonElement value) => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().ToArray() is [var only]
            && only.NameEquals(SealedMessages.Values) && only.Value.ValueKind == JsonValueKind.String && Sealer.IsSealed(TextOf(only.Value));

        static string TextOf(JsonElement value)
        {
            try
            {
                return value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            }
            catch (InvalidOperationException)
            {
                return value.GetRawText();      // half of a character of two halves
            }
        }
    }
}
