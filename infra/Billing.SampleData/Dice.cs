namespace Billing.SampleData;

/// <summary>Repeatable chance (SplitMix64): the same seed and account give the same numbers on every machine and version.</summary>
struct Dice(long seed, int account)
{
    ulong _state = ((ulong)seed * 0x9E3779B97F4A7C15UL) ^ (((ulong)account + 1) * 0xD1B54A32D192ED03UL);

    /// <summary>From 0, up to but not including <paramref name="sides"/>.</summary>
    public int Roll(int sides) => (int)(Next() % (uint)sides);

    /// <summary>Both ends included.</summary>
    public int Between(int least, int most) => least + Roll(most - least + 1);

    public T Pick<T>(T[] from) => from[Roll(from.Length)];

    ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
