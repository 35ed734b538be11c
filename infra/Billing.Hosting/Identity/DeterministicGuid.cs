using System.Buffers.Binary;
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

    /// <summary>
    /// The same, with a beginning of its own. Hashes lie all over an index, so with years behind them each row that is written touches a page that nobody
    /// else touches; those of one beginning stand together.
    /// </summary>
    /// <param name="name">Names the thing among all things of all services.</param>
    /// <param name="beginning">The first four bytes, such as the month 202610. It follows from the thing, too: else the second request meets nothing.</param>
    public static Guid Of(string name, int beginning)
    {
        Span<byte> id = stackalloc byte[16];
        Of(name).TryWriteBytes(id, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(id, beginning);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>With which another id begins.</summary>
    public static int BeginningOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt32BigEndian(bytes);
    }
}
