using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Billing.MonthClose.Books.Histories;

/// <summary>What a message said, and which members of the saga's state it changed.</summary>
/// <param name="Message">The message itself.</param>
/// <param name="Before">The members that changed, as they were. Null when <see cref="After"/> is the whole state.</param>
/// <param name="After">The members that changed, or all of them for the first message of a saga.</param>
public sealed record SagaChange(JsonElement Message, SortedDictionary<string, JsonNode?>? Before, SortedDictionary<string, JsonNode?> After)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DictionaryKeyPolicy = null,
        Converters = { new JsonStringEnumConverter() }
    };

    public static JsonElement ToJson<T>(T message) => JsonSerializer.SerializeToElement(message, Json);

    public string Pack()
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            JsonSerializer.Serialize(brotli, this, Json);
        return Convert.ToBase64String(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    public static SagaChange Unpack(string body)
    {
        using var packed = new MemoryStream(Convert.FromBase64String(body));
        using var brotli = new BrotliStream(packed, CompressionMode.Decompress);
        return JsonSerializer.Deserialize<SagaChange>(brotli, Json)!;
    }
}
