using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Billing.Hosting.Http;

/// <summary>One key as the settings have it: its name, its hash and its rights. The key itself is nowhere but with its holder.</summary>
public sealed record HttpKey(Caller Caller, byte[] Hash);

/// <summary>
/// The keys of the section <c>Http:Keys</c>. A key is 256 random bits, so its SHA-256 gives nothing away and needs no salt: nobody can try them all. A slow
/// hash is for secrets that people choose, and would let anyone keep this process busy with wrong keys.
/// </summary>
public sealed partial class HttpKeys(IReadOnlyList<HttpKey> keys)
{
    const string Section = "Http:Keys";

    public bool AreSet => keys.Count > 0;

    /// <summary>Whose key that is. Every key is compared to the end, whichever it is: how long that takes says nothing.</summary>
    public Caller? Find(string given)
    {
        Caller? found = null;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(given));
        foreach (var key in keys)
            if (CryptographicOperations.FixedTimeEquals(key.Hash, hash))
                found = key.Caller;
        return found;
    }

    /// <exception cref="SettingsException">A key has no good name, hash or rights, or two have the same hash.</exception>
    public static HttpKeys Read(IConfiguration configuration)
    {
        var keys = configuration.GetSection(Section).GetChildren().Select(Read).ToList();
        if (keys.GroupBy(key => Convert.ToHexString(key.Hash), StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new SettingsException(
                $"{Section} has the same hash for {string.Join(" and ", twice.Select(key => key.Caller.Name))}; expected a key for each.");
        return new HttpKeys(keys);
    }

    static HttpKey Read(IConfigurationSection section)
    {
        if (!Name().IsMatch(section.Key))
            throw SettingsException.Expected(Section, section.Key, "names of up to 64 letters, digits, dots, hyphens and underscores");
        return new HttpKey(new Caller(section.Key, ReadRights(section)), ReadHash(section));
    }

    static byte[] ReadHash(IConfigurationSection section) =>
        section["Hash"] is { } hash && Hash().IsMatch(hash) ? Convert.FromHexString(hash)
        : throw SettingsException.Expected(
            $"{section.Path}:Hash", section["Hash"], "the SHA-256 of the key, 64 hexadecimal digits; \"./billing key new\" makes both");

    static Rights ReadRights(IConfigurationSection section) => RightsOf($"{section.Path}:Rights", section["Rights"]);

    /// <param name="key">The setting, to be named when it is wrong.</param>
    /// <param name="text">Words, separated by commas or blanks.</param>
    /// <exception cref="SettingsException">There is none, or one that is no right.</exception>
    public static Rights RightsOf(string key, string? text)
    {
        var words = text?.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) ?? [];
        var rights = Rights.None;
        foreach (var word in words)
            rights |= char.IsLetter(word[0]) && Enum.TryParse<Rights>(word, ignoreCase: true, out var right) && Enum.IsDefined(right) ? right : throw Wrong();
        return rights != Rights.None ? rights : throw Wrong();

        SettingsException Wrong() =>
            SettingsException.Expected(key, text, "some of Read, Operate, Money and Personal, or All");
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$")]
    private static partial Regex Name();

    [GeneratedRegex("^[0-9A-Fa-f]{64}$")]
    private static partial Regex Hash();
}
