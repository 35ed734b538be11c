using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using PdfSharp.Pdf;

namespace Billing.MonthClose.Look.Papers.Pdf;

/// <summary>A PDF of pages in A4, its fonts inside. Nothing in it comes from a clock, a random number or the machine's culture.</summary>
sealed partial class PdfRendering(PaperWords words) : IPaperRendering
{
    const string Program = "Billing back office";

    /// <summary>The library shares its fonts in the process; what comes at the same time takes turns.</summary>
    static readonly Lock OneAtATime = new();

    public string Format => "pdf";
    public string MediaType => "application/pdf";

    /// <summary>Counts the layouts, from 1.</summary>
    public string RenderedBy => $"pdf 1, {PdfSharp.PdfSharpProductVersionInformation.Title} {PdfSharp.PdfSharpProductVersionInformation.SemanticVersion}";

    public byte[] Render(Paper paper)
    {
        lock (OneAtATime)
        {
            using var document = new PdfDocument();
            document.RenderEvents.RenderTextEvent += (_, text) => InterFont.Choose(text);
            document.Language = words.Language;
            // No name here: the library writes these into XML as they are.
            document.Info.Title = $"{words.TitleOf(paper.Kind)} {paper.Number}";
            document.Info.Creator = Program;
            document.Info.CreationDate = paper.IssuedAt.UtcDateTime;
            document.Info.ModificationDate = paper.IssuedAt.UtcDateTime;
            using (var sheet = new PdfSheet(document))
                new PdfLayout(sheet, paper, words).Write();
            using var file = new MemoryStream();
            document.Save(file);
            return Settled(file.ToArray(), paper);
        }
    }

    /// <summary>
    /// The library draws lots for the file's ids and for the names of its fonts. What it drew is written over, as long as it was, by what follows from the
    /// paper: so each object stays where the file says that it is.
    /// </summary>
    static byte[] Settled(byte[] file, Paper paper)
    {
        var id = SHA256.HashData(Encoding.UTF8.GetBytes($"paper:{paper.Kind}:{paper.Id}"));
        var (hex, uuid) = (Convert.ToHexString(id.AsSpan(0, 16)), $"{new Guid(id.AsSpan(0, 16))}");
        var fonts = new Dictionary<string, string>(StringComparer.Ordinal);
        var text = Encoding.Latin1.GetString(file);
        text = FileId().Replace(text, $"/ID[<{hex}><{hex}>]");
        text = MetadataId().Replace(text, match => $"{match.Groups["before"].Value}{uuid}");
        text = FontName().Replace(text, match =>
        {
            if (!fonts.TryGetValue(match.Groups["tag"].Value, out var tag))
                fonts.Add(match.Groups["tag"].Value, tag = $"PAPER{(char)('A' + fonts.Count)}");
            return match.Groups["before"].Value + tag;
        });
        return Encoding.Latin1.GetBytes(text);
    }

    [GeneratedRegex(@"/ID\[<[0-9A-F]{32}><[0-9A-F]{32}>\]")]
    private static partial Regex FileId();

    [GeneratedRegex("(?<before><xmpMM:(Document|Instance)ID>uuid:)[0-9a-f-]{36}")]
    private static partial Regex MetadataId();

    [GeneratedRegex(@"(?<before>/(FontName|BaseFont)/)(?<tag>[A-Z]{6})(?=\+)")]
    private static partial Regex FontName();
}
