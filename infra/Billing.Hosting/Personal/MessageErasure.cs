using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Sealing;

namespace Billing.Hosting.Personal;

/// <summary>A message without what is of an account.</summary>
/// <param name="Body">What is left of it; null when all of it is of the account.</param>
/// <param name="Texts">What of it identifies a person: nothing that is said about the message may quote it.</param>
public sealed record ErasedMessage(string? Body, IReadOnlyCollection<string> Texts);

/// <summary>Takes what is of an account out of the JSON of a message, with or without its envelope, sealed or in clear.</summary>
public static class MessageErasure
{
    static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Members that say whose a message, or a record of its list, is.</summary>
    static readonly HashSet<string> Owners = new(StringComparer.OrdinalIgnoreCase) { "accountId", "workspaceId" };

    /// <summary>Members that identify: by their names in all contracts.</summary>
    static readonly HashSet<string> Identities =
        new(StringComparer.OrdinalIgnoreCase) { "name", "email", "alertEmail", "to", "paymentMethod", "gatewayCustomer", "taxId", "taxExemption" };

    /// <returns>Null when nothing of it is of the account.</returns>
    public static ErasedMessage? Of(string body, string accountId, Sealer sealer)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(sealer);
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var walk = new Walk(accountId, sealer, texts);
        try
        {
            return JsonNode.Parse(body) is not { } root ? null
                : walk.IsAll(root) ? new ErasedMessage(null, texts)
                : walk.HasRemoved ? new ErasedMessage(root.ToJsonString(Written), texts)
                : null;
        }
        catch (JsonException)
        {
            // No JSON: it cannot be told apart, and nobody can read it as a message.
            return Opened(body, sealer).Contains(accountId, StringComparison.Ordinal) ? new ErasedMessage(null, []) : null;
        }
    }

    /// <summary>Whose it is, as it says itself; null when it does not.</summary>
    public static string? OwnerOf(JsonObject one)
    {
        ArgumentNullException.ThrowIfNull(one);
        foreach (var member in one.Where(member => Owners.Contains(member.Key)))
            if (member.Value is JsonValue value && value.TryGetValue<string>(out var owner))
                return owner;
        return null;
    }

    static string Opened(string text, Sealer sealer)
    {
        try
        {
            return sealer.Open(text);
        }
        catch (SealException)
        {
            return "";
        }
    }

    sealed class Walk(string accountId, Sealer sealer, HashSet<string> texts)
    {
        public bool HasRemoved { get; private set; }

        /// <summary>True when all of the node is of the account; what is so in a list is taken out of it.</summary>
        public bool IsAll(JsonNode? node) => node switch
        {
            JsonObject one => IsAll(one),
            JsonArray many => IsAll(many),
            _ => false
        };

        bool IsAll(JsonObject one)
        {
            if (Unsealed(one) is { } inside)
                return IsAll(inside);
            if (OwnerOf(one) == accountId)
            {
                Note(one);
                return true;
            }

            return one.Any(member => IsAll(member.Value));
        }

        bool IsAll(JsonArray many)
        {
            var gone = many.Where(IsAll).ToList();
            foreach (var one in gone)
                many.Remove(one);
            HasRemoved |= gone.Count > 0;
            return gone.Count > 0 && many.Count == 0;
        }

        /// <summary>What was sealed as a whole.</summary>
        JsonNode? Unsealed(JsonObject one)
        {
            try
            {
                return one.Count == 1 && one[SealedMessages.Values] is JsonValue value && value.TryGetValue<string>(out var text) && Sealer.IsSealed(text)
                    ? JsonNode.Parse(Opened(text, sealer) is { Length: > 0 } opened ? opened : "null") : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        void Note(JsonObject one)
        {
            foreach (var member in one.Where(member => Identities.Contains(member.Key)))
                if (member.Value is JsonValue value && value.TryGetValue<string>(out var text) && Opened(text, sealer) is { Length: > 0 } opened)
                    texts.Add(opened);
        }
    }
}
