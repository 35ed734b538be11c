using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Billing.Sealing;

/// <summary>
/// Seals people's contact data, so that who reads a table, a queue or a dump reads none of it: AES-256-GCM under a key with a name. A sealed text says which
/// key opens it, so that keys can be changed while old rows and messages are still about: <c>sealed:v1:2026a:…</c>.
/// </summary>
/// <param name="current">Name of the key under which is sealed; null when nothing is.</param>
/// <param name="keys">All that open, by name.</param>
public sealed class Sealer(string? current, IReadOnlyDictionary<string, byte[]> keys)
{
    /// <summary>Bytes of a key.</summary>
    public const int KeySize = 32;

    /// <summary>What everything sealed begins with.</summary>
    public const string Mark = "sealed:v1:";

    static readonly int NonceSize = AesGcm.NonceByteSizes.MaxSize;
    static readonly int TagSize = AesGcm.TagByteSizes.MaxSize;

    /// <summary>Seals nothing and opens nothing: for a sender that was given no key.</summary>
    public static Sealer None { get; } = new(null, new Dictionary<string, byte[]>());

    public bool Seals => current is not null;

    /// <summary>Name of the key under which is sealed; null when nothing is.</summary>
    public string? CurrentKey => current;

    /// <summary>Names of all keys that open.</summary>
    public IReadOnlyList<string> KeyNames => [.. keys.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The same, opening also what the other one opens.</summary>
    public Sealer Knowing(Sealer other) =>
        new(current, KeysOf(other).Concat(keys).GroupBy(key => key.Key).ToDictionary(key => key.Key, key => key.Last().Value, StringComparer.Ordinal));

    [return: NotNullIfNotNull(nameof(text))]
    public string? Seal(string? text)
    {
        if (text is null || current is null)
            return text;
        var clear = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[NonceSize + TagSize + clear.Length];
        var nonce = bytes.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(keys[current], TagSize);
        aes.Encrypt(nonce, clear, bytes.AsSpan(NonceSize + TagSize), bytes.AsSpan(NonceSize, TagSize), Encoding.UTF8.GetBytes(Mark + current));
        return $"{Mark}{current}:{Convert.ToBase64String(bytes)}";
    }

    public static bool IsSealed([NotNullWhen(true)] string? text) => text?.StartsWith(Mark, StringComparison.Ordinal) == true;

    /// <summary>What was sealed; a text that was not stays as it is.</summary>
    /// <exception cref="SealException">It is sealed with a key that is not here, or was changed on the way.</exception>
    [return: NotNullIfNotNull(nameof(text))]
    public string? Open(string? text)
    {
        if (!IsSealed(text))
            return text;
        var end = text.IndexOf(':', Mark.Length);
        var name = end < 0 ? "" : text[Mark.Length..end];
        if (!keys.TryGetValue(name, out var key))
            throw new SealException($"sealed with the key \"{name}\", which is not in {SealingSettings.Keys}");
        try
        {
            var bytes = Convert.FromBase64String(text[(end + 1)..]);
            var clear = new byte[bytes.Length - NonceSize - TagSize];
            using var aes = new AesGcm(key, TagSize);
            aes.Decrypt(bytes.AsSpan(0, NonceSize), bytes.AsSpan(NonceSize + TagSize), bytes.AsSpan(NonceSize, TagSize), clear,
                Encoding.UTF8.GetBytes(Mark + name));
            return Encoding.UTF8.GetString(clear);
        }
        catch (Exception broken) when (broken is FormatException or CryptographicException or OverflowException or ArgumentException)
        {
            throw new SealException($"sealed with the key \"{name}\", and cannot be opened: it was changed, or {SealingSettings.Keys}:{name} is another key");
        }
    }

    static IReadOnlyDictionary<string, byte[]> KeysOf(Sealer other) => other.Keys;

    IReadOnlyDictionary<string, byte[]> Keys => keys;
}

/// <summary>A text cannot be opened. The message says what it is about, and never shows the text.</summary>
public sealed class SealException(string message) : Exception(message);
