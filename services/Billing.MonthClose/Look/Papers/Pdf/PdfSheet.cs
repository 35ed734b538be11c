using System.Globalization;
using System.Text;
using PdfSharp;
using PdfSharp.Drawing;
using PdfSharp.Pdf;

namespace Billing.MonthClose.Look.Papers.Pdf;

/// <summary>Pages of A4 on which is written from the top; all measures are in points.</summary>
sealed class PdfSheet(PdfDocument document) : IDisposable
{
    public const double Left = 56;
    public const double Right = 539;
    public const double Top = 56;

    /// <summary>Below it is the foot.</summary>
    public const double Bottom = 778;

    public static readonly XColor Ink = XColor.FromArgb(0x1f, 0x23, 0x28);
    public static readonly XColor Muted = XColor.FromArgb(0x6b, 0x72, 0x80);
    public static readonly XColor Rule = XColor.FromArgb(0xd0, 0xd5, 0xdb);

    readonly List<XGraphics> _pages = [];

    /// <summary>Where the next thing is written, from the top of the page.</summary>
    public double Y { get; set; } = Top;

    public int Pages => _pages.Count;

    XGraphics Page => _pages[^1];

    public void Turn()
    {
        var page = document.AddPage();
        page.Size = PageSize.A4;
        _pages.Add(XGraphics.FromPdfPage(page));
        Y = Top;
    }

    public double WidthOf(string text, XFont font) => Page.MeasureString(Plain(text), font).Width;

    /// <param name="text">One line.</param>
    /// <param name="font">Of the text.</param>
    /// <param name="color">Of the text.</param>
    /// <param name="x">Where it begins.</param>
    /// <param name="y">Of the line on which the letters stand.</param>
    public void Write(string text, XFont font, XColor color, double x, double y) =>
        Page.DrawString(Plain(text), font, new XSolidBrush(color), x, y, XStringFormats.BaseLineLeft);

    /// <summary>Ends at <paramref name="x"/>. What is wider than <paramref name="most"/> is written smaller.</summary>
    public void WriteRight(string text, XFont font, XColor color, double x, double y, double most = double.MaxValue)
    {
        var width = WidthOf(text, font);
        var fitting = width <= most ? font : InterFont.Of(font.Size * most / width, font.Bold);
        Page.DrawString(Plain(text), fitting, new XSolidBrush(color), x, y, XStringFormats.BaseLineRight);
    }

    public void Line(double from, double to, double y, XColor color, double width = 0.5) => Page.DrawLine(new XPen(color, width), from, y, to, y);

    /// <summary>Left, in the middle and right at the foot of each page, once all pages are there.</summary>
    public void Foot(XFont font, string text, Func<int, int, string> numbered)
    {
        for (var i = 0; i < _pages.Count; i++)
        {
            var number = numbered(i + 1, _pages.Count);
            var brush = new XSolidBrush(Muted);
            _pages[i].DrawLine(new XPen(Rule, 0.5), Left, Bottom + 14, Right, Bottom + 14);
            var room = Right - Left - _pages[i].MeasureString(number, font).Width - 16;
            _pages[i].DrawString(Wrap(text, font, room)[0], font, brush, Left, Bottom + 28, XStringFormats.BaseLineLeft);
            _pages[i].DrawString(number, font, brush, Right, Bottom + 28, XStringFormats.BaseLineRight);
        }
    }

    /// <summary>The text in lines of at most that width: broken at blanks, and inside of a word that is too long.</summary>
    public IReadOnlyList<string> Wrap(string text, XFont font, double width)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in Plain(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (WidthOf(longer, font) <= width)
            {
                line = longer;
                continue;
            }

            if (line.Length > 0)
                lines.Add(line);
            line = word;
            while (WidthOf(line, font) > width)
            {
                var part = Fitting(line, font, width);
                lines.Add(line[..part]);
                line = line[part..];
            }
        }

        if (line.Length > 0 || lines.Count == 0)
            lines.Add(line);
        return lines;
    }

    /// <summary>How much of a word has room, and at least one character, whole.</summary>
    int Fitting(string word, XFont font, double width)
    {
        var starts = StringInfo.ParseCombiningCharacters(word);
        var (few, many) = (1, starts.Length);
        while (few < many)
        {
            var half = (few + many + 1) / 2;
            if (WidthOf(word[..(half < starts.Length ? starts[half] : word.Length)], font) <= width)
                few = half;
            else
                many = half - 1;
        }

        return few < starts.Length ? starts[few] : word.Length;
    }

    /// <summary>In one line, without what cannot be seen, its letters put together, and its halves of characters gone.</summary>
    static string Plain(string text) => string.Concat(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Normalize(NormalizationForm.FormC)
        .EnumerateRunes().Select(rune => Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => " ",
            UnicodeCategory.Format => "",
            UnicodeCategory.SpaceSeparator => " ",
            _ => rune.ToString()
        }));

    public void Dispose() => _pages.ForEach(page => page.Dispose());
}
