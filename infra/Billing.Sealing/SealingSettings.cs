using Microsoft.Extensions.Configuration;

namespace Billing.Sealing;

/// <summary>
/// The keys as they are configured: <c>Sealing:Keys:NAME</c> is 32 bytes in base64, and <c>Sealing:CurrentKey</c> names the one under which is sealed. A key
/// that is no longer the current one stays until nothing sealed with it is left.
/// </summary>
public static class SealingSettings
{
    public const string Section = "Sealing";
    internal const string Keys = $"{Section}:Keys";
    internal const string CurrentKey = $"{Section}:CurrentKey";
    internal const string Example = "32 random bytes in base64, such as openssl rand -base64 32 gives";

    /// <param name="configuration">The host's.</param>
    /// <param name="required">True for who keeps contact data; a sender without a key sends in clear.</param>
    /// <exception cref="InvalidOperationException">A key is missing or wrong. Keys are never shown.</exception>
    public static Sealer Read(IConfiguration configuration, bool required)
    {
        var keys = configuration.GetSection(Keys).GetChildren().ToDictionary(key => key.Key, KeyOf, StringComparer.Ordinal);
        var current = configuration[CurrentKey] is { Length: > 0 } named ? named : null;
        if (current is null)
            return required || keys.Count > 0
                ? throw new InvalidOperationException(
                    $"{CurrentKey} is not set; expected the name of a key in {Keys} ({Example}): contact data is kept sealed only.")
                : Sealer.None;
        return keys.ContainsKey(current)
            ? new Sealer(current, keys)
            : throw new InvalidOperationException($"{CurrentKey} is \"{current}\", and {Keys}:{current} is not set; expected {Example}.");
    }

    static byte[] KeyOf(IConfigurationSection key)
    {
        if (key.Key.Length > 32 || key.Key.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')))
            throw new InvalidOperationException($"{Keys}:{key.Key}: expected a name of up to 32 letters, digits, dots and hyphens.");
        var bytes = new byte[Sealer.KeySize];
        return Convert.TryFromBase64String(key.Value ?? "", bytes, out var length) && length == Sealer.KeySize
            ? bytes
            : throw new InvalidOperationException($"{Keys}:{key.Key} is not a key; expected {Example}.");
    }
}
