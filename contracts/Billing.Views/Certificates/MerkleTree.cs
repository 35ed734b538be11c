using System.Numerics;
using System.Security.Cryptography;

namespace Billing.Views.Certificates;

/// <summary>
/// One hash over many leaves, in their order, and a short path that shows one of them to be in it. As RFC 6962 (section 2.1) has it, with SHA-256.
/// </summary>
public static class MerkleTree
{
    /// <summary>The hash of one leaf's content.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> content) => SHA256.HashData([0, .. content]);

    /// <summary>The root over leaves that are hashed already; that over none is the hash of nothing.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leaves) => leaves.Count == 0 ? SHA256.HashData([]) : Root(leaves, 0, leaves.Count);

    /// <summary>What is needed beside the leaf to come to the root, from the leaf upwards.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public static IReadOnlyList<byte[]> Path(IReadOnlyList<byte[]> leaves, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Count);
        var path = new List<byte[]>();
        Collect(leaves, 0, leaves.Count, index, path);
        return path;
    }

    /// <summary>Whether the leaf with this path stands at its place under the root.</summary>
    public static bool IsUnder(byte[] root, byte[] leaf, int index, int count, IReadOnlyList<byte[]> path)
    {
        var (at, last, hash, used) = (index, count - 1, leaf, 0);
        if (index < 0 || index >= count)
            return false;
        while (last > 0)
        {
            // the last node of an odd level has no neighbour, and goes up as it is
            var isRight = (at & 1) == 1;
            if (isRight || at != last)
            {
                if (used == path.Count)
                    return false;
                hash = isRight ? Node(path[used], hash) : Node(hash, path[used]);
                used++;
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return used == path.Count && hash.AsSpan().SequenceEqual(root);
    }

    static byte[] Root(IReadOnlyList<byte[]> leaves, int from, int count)
    {
        if (count == 1)
            return leaves[from];
        var left = LeftPart(count);
        return Node(Root(leaves, from, left), Root(leaves, from + left, count - left));
    }

    static void Collect(IReadOnlyList<byte[]> leaves, int from, int count, int index, List<byte[]> path)
    {
        if (count == 1)
            return;
        var left = LeftPart(count);
        if (index < left)
        {
            Collect(leaves, from, left, index, path);
            path.Add(Root(leaves, from + left, count - left));
        }
        else
        {
            Collect(leaves, from + left, count - left, index - left, path);
            path.Add(Root(leaves, from, left));
        }
    }

    /// <summary>The largest power of two below the count.</summary>
    static int LeftPart(int count) => 1 << BitOperations.Log2((uint)(count - 1));

    static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
}
