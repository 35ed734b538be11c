using System.Security.Cryptography;
using System.Text;

namespace Billing.MonthClose.Books.Identity;

/// <summary>An id that follows from what it identifies (RFC 9562, version 8), so that asking twice meets the same row.</summary>
public static class DeterministicGuid
{
    public static Guid Of(string name)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
