using System.Buffers.Binary;
using System.Text;

namespace Billing.MonthClose.Look.Papers.Pdf;

/// <summary>
/// Which glyph of a font stands for which in a column of figures: its feature <c>tnum</c>, in the table GSUB of OpenType. Only what exchanges one glyph for
/// one other is read; that is how figures are exchanged.
/// </summary>
static class TabularFigures
{
    const int Single = 1;
    const int Extension = 7;

    public static IReadOnlyDictionary<ushort, ushort> Of(byte[] font)
    {
        var exchanged = new Dictionary<ushort, ushort>();
        if (TableOf(font, "GSUB") is not { } table)
            return exchanged;
        var (features, lookups) = (table + Number(font, table + 6), table + Number(font, table + 8));
        foreach (var feature in Enumerable.Range(0, Number(font, features)).Select(index => features + 2 + 6 * index))
        {
            if (Tag(font, feature) != "tnum")
                continue;
            var chosen = features + Number(font, feature + 4);
            foreach (var index in Numbers(font, chosen + 4, Number(font, chosen + 2)))
                ReadLookup(font, lookups + Number(font, lookups + 2 + 2 * index), exchanged);
        }

        return exchanged;
    }

    static void ReadLookup(byte[] font, int lookup, Dictionary<ushort, ushort> exchanged)
    {
        foreach (var offset in Numbers(font, lookup + 6, Number(font, lookup + 4)))
        {
            var (type, at) = (Number(font, lookup), lookup + offset);
            if (type == Extension)
                (type, at) = (Number(font, at + 2), at + (int)BinaryPrimitives.ReadUInt32BigEndian(font.AsSpan(at + 4)));
            if (type != Single)
                continue;
            var covered = Covered(font, at + Number(font, at + 2));
            for (var i = 0; i < covered.Count; i++)
                exchanged[covered[i]] = (ushort)(Number(font, at) == 1 ? covered[i] + Number(font, at + 4) : Number(font, at + 6 + 2 * i));
        }
    }

    /// <summary>The glyphs of a coverage table, in its order: one by one, or in ranges.</summary>
    static List<ushort> Covered(byte[] font, int coverage)
    {
        var count = Number(font, coverage + 2);
        return Number(font, coverage) == 1
            ? [.. Numbers(font, coverage + 4, count)]
            : [.. Enumerable.Range(0, count).Select(index => coverage + 4 + 6 * index)
                .SelectMany(range => Enumerable.Range(Number(font, range), Number(font, range + 2) - Number(font, range) + 1)).Select(glyph => (ushort)glyph)];
    }

    static int? TableOf(byte[] font, string tag) => Enumerable.Range(0, Number(font, 4)).Select(index => 12 + 16 * index)
        .Where(entry => Tag(font, entry) == tag).Select(entry => (int?)BinaryPrimitives.ReadUInt32BigEndian(font.AsSpan(entry + 8))).FirstOrDefault();

    static string Tag(byte[] font, int at) => Encoding.ASCII.GetString(font, at, 4);

    static ushort Number(byte[] font, int at) => BinaryPrimitives.ReadUInt16BigEndian(font.AsSpan(at));

    static IEnumerable<ushort> Numbers(byte[] font, int at, int count) => Enumerable.Range(0, count).Select(index => Number(font, at + 2 * index));
}
