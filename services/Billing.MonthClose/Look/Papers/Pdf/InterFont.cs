using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using PdfSharp.Drawing;
using PdfSharp.Events;
using PdfSharp.Fonts;
using PdfSharp.Pdf;

namespace Billing.MonthClose.Look.Papers.Pdf;

/// <summary>
/// Inter, in two weights, with Latin, Greek and Cyrillic letters (SIL Open Font License 1.1). It comes with a package that is restored at build, inside of a
/// library of resources, which lies in this program and of which nothing is run. So no font of the machine is asked for, and each machine draws the same.
/// </summary>
sealed class InterFont : IFontResolver
{
    const string Family = "Inter";
    const string Regular = "Inter-Regular";
    const string SemiBold = "Inter-SemiBold";
    const string Library = "inter.dll";
    const string Resources = "!AvaloniaResources";
    const int Missing = 0x25A1;      // a square

    static readonly XPdfFontOptions Embedded = new(PdfFontEncoding.Unicode);
    static readonly InterFont Only = new();

    readonly Dictionary<string, byte[]> _faces;
    readonly Dictionary<string, IReadOnlyDictionary<ushort, ushort>> _figures;

    InterFont()
    {
        _faces = Read(Regular, SemiBold);
        _figures = _faces.ToDictionary(face => face.Key, face => TabularFigures.Of(face.Value), StringComparer.Ordinal);
    }

    /// <param name="size">In points.</param>
    /// <param name="strong">The heavier weight.</param>
    public static XFont Of(double size, bool strong = false)
    {
        GlobalFontSettings.FontResolver ??= Only;       // once in a process, before the library asks for a font
        return new(Family, size, strong ? XFontStyleEx.Bold : XFontStyleEx.Regular, Embedded);
    }

    /// <summary>Figures of one width, so that amounts stand under one another; and a sign for each character that the font has not.</summary>
    public static void Choose(RenderTextEventArgs text)
    {
        var figures = Only._figures[text.Font.Bold ? SemiBold : Regular];
        foreach (ref var pair in text.CodePointGlyphIndexPairs.AsSpan())
            if (pair.GlyphIndex == 0)
                pair = new CodePointGlyphIndexPair(Missing, GlyphHelper.GlyphIndexFromCodePoint(Missing, text.Font));
            else if (figures.TryGetValue(pair.GlyphIndex, out var figure))
                pair.GlyphIndex = figure;
    }

    public byte[] GetFont(string faceName) => _faces[faceName];

    public FontResolverInfo ResolveTypeface(string familyName, bool bold, bool italic) => new(bold ? SemiBold : Regular);

    /// <summary>The library's resources: how long their list is, the list, and the files.</summary>
    static Dictionary<string, byte[]> Read(params string[] faces)
    {
        using var stream = typeof(InterFont).Assembly.GetManifestResourceStream(Library)
            ?? throw new InvalidOperationException($"{Library} is not in the program.");
        using var library = new PEReader(stream);
        var names = library.GetMetadataReader();
        var resource = names.ManifestResources.Select(names.GetManifestResource).Single(one => names.GetString(one.Name) == Resources);
        var section = library.GetSectionData(library.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress);
        var block = section.GetReader((int)resource.Offset, section.Length - (int)resource.Offset);
        using var files = new BinaryReader(new MemoryStream(block.ReadBytes(block.ReadInt32())));
        var listed = files.ReadInt32();
        _ = files.ReadInt32();      // version of the list
        var places = new Dictionary<string, (int Offset, int Length)>(StringComparer.Ordinal);
        for (var left = files.ReadInt32(); left > 0; left--)
            places[Path.GetFileNameWithoutExtension(files.ReadString())] = (files.ReadInt32(), files.ReadInt32());
        return faces.ToDictionary(face => face, face =>
        {
            files.BaseStream.Position = sizeof(int) + listed + places[face].Offset;
            return files.ReadBytes(places[face].Length);
        }, StringComparer.Ordinal);
    }
}
