using System.Security.Cryptography;
using System.Text;

namespace Billing.Testing;

/// <summary>A key for HTTP, as a test shows it and as the settings have it.</summary>
public sealed record TestKey(string Name, string Rights)
{
    public string Key => $"the key {Name} of the tests";

    public IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new($"Http:Keys:{Name}:Hash", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key)))),
        new($"Http:Keys:{Name}:Rights", Rights)
    ];

    /// <summary>The settings of some keys.</summary>
    public static Dictionary<string, string?> SettingsOf(params TestKey[] keys) => new(keys.SelectMany(key => key.Settings));
}
