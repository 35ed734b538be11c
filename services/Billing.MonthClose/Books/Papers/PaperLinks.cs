using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Books.Papers;

/// <summary>
/// The addresses at which customers find their papers. Each holds what it is of, and a proof that we made it: 128 bits of HMAC-SHA-256 under a key that nobody
/// else has. So nothing is stored for it, and nobody can guess one.
/// </summary>
sealed class PaperLinks
{
    /// <summary>Part of all that is proved, so that the key proves nothing else by accident.</summary>
    static ReadOnlySpan<byte> Purpose => "billing paper 1"u8;

    const int IdSize = 16;
    const int ProofSize = 16;
    const int Size = 1 + IdSize + ProofSize;        // 33 bytes are 44 letters without a bit to spare: each letter counts

    readonly Uri? _base;
    readonly byte[][] _keys;

    public PaperLinks(IOptions<InvoicesOptions> options)
    {
        var set = options.Value;
        _base = set.PublicUrl;
        _keys = set.LinkKey is null ? [] : [.. set.OldLinkKeys.Prepend(set.LinkKey).Select(Convert.FromBase64String)];
    }

    /// <summary>Null where customers have no address of ours.</summary>
    public string? AddressOf(PaperKind kind, Guid id) => _base is not null && TokenOf(kind, id) is { } token
        ? $"{_base.AbsoluteUri.TrimEnd('/')}/invoices/{token}" : null;

    /// <summary>The end of the address, made with the current key; null when there is none.</summary>
    public string? TokenOf(PaperKind kind, Guid id)
    {
        if (_keys.Length == 0)
            return null;
        Span<byte> token = stackalloc byte[Size];
        token[0] = (byte)kind;
        id.TryWriteBytes(token[1..], bigEndian: true, out _);
        Prove(_keys[0], token[..(1 + IdSize)], token[(1 + IdSize)..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>What an address is of; null when we did not make it. How long it takes does not tell how much of it was right.</summary>
    public (PaperKind Kind, Guid Id)? Open(string token)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (token.Length != Base64Url.GetEncodedLength(Size) || !Base64Url.TryDecodeFromChars(token, bytes, out var length) || length != Size)
            return null;
        Span<byte> proof = stackalloc byte[ProofSize];
        var known = false;
        foreach (var key in _keys)
        {
            Prove(key, bytes[..(1 + IdSize)], proof);
            known |= CryptographicOperations.FixedTimeEquals(proof, bytes[(1 + IdSize)..]);
        }

        return known ? ((PaperKind)bytes[0], new Guid(bytes.Slice(1, IdSize), bigEndian: true)) : null;
    }

    static void Prove(byte[] key, ReadOnlySpan<byte> of, Span<byte> proof)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, [.. Purpose, .. of], hash);
        hash[..ProofSize].CopyTo(proof);
    }
}
