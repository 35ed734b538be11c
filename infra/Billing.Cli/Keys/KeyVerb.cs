using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Billing.Cli.Keys;

/// <summary><c>key new NAME --rights RIGHTS</c>: makes a key for HTTP, and the settings by which a service knows it. Nothing is sent or stored.</summary>
public static partial class KeyVerb
{
    static readonly string[] Rights = ["read", "operate", "money", "personal", "all"];

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Who has the key, such as console: the audit trail and the log name it." };
        var rights = new Option<string>("--rights") { Description = $"Some of {string.Join(", ", Rights)}, with commas.", DefaultValueFactory = _ => "read" };
        var make = new Command("new", "Makes a key, and the settings of its hash. The key is shown once, and kept nowhere.") { name, rights };
        make.SetAction(parsed =>
        {
            Console.Out.Write(Text(NewKey(), parsed.GetValue(name)!, parsed.GetValue(rights)!));
            return 0;
        });
        return new("key", "Keys for HTTP.") { make };
    }

    /// <summary>256 random bits, so that its SHA-256 can stand in settings: nobody finds it by trying.</summary>
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <exception cref="CliException">The name or a right is none.</exception>
    public static string Text(string key, string name, string rights)
    {
        if (!Name().IsMatch(name))
            throw new CliException($"NAME is {name}; expected up to 64 letters, digits, dots, hyphens and underscores.");
        var words = rights.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length > 0 && words.FirstOrDefault(word => !Rights.Contains(word, StringComparer.OrdinalIgnoreCase)) is null
            ? $"""
            key: {key}
            Http__Keys__{name}__Hash={HashOf(key)}
            Http__Keys__{name}__Rights={string.Join(", ", words.Select(word => $"{char.ToUpperInvariant(word[0])}{word[1..].ToLowerInvariant()}"))}

            """
            : throw new CliException($"--rights is {rights}; expected some of {string.Join(", ", Rights)}, with commas.");
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$")]
    private static partial Regex Name();
}
