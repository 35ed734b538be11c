using System.Security.Cryptography;
using System.Text;

namespace Billing.Console.Viewing;

/// <summary>The key of <c>Http:ApiKey</c>, which may do everything.</summary>
sealed class OneKey(IConfiguration configuration) : IKeyring
{
    readonly byte[]? _hash = configuration["Http:ApiKey"] is { Length: > 0 } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;

    public bool AsksForKey => _hash is not null;

    public Viewer? Of(string key) =>
        _hash is not null && CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(key)))
            ? new Viewer("console", Rights.All) : null;
}
