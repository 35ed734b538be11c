using System.Security.Cryptography;
using System.Text;

namespace Billing.Hosting.Identity;

/// <summary>An id that follows from what it identifies (RFC 9562, version 8), so that the second request meets the row or message of the first.</summary>
public static class DeterministicGuid
{
    /// <param name="name">Names the thing among all things of all services, such as <c>payment:4711</c>.</param>
    public static Guid Of(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
