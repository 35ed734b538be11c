using PdfSharp.Drawing;

namespace Billing.MonthClose.Look.Papers.Pdf;

/// <summary>Where each part of a paper stands on its pages.</summary>
sealed class PdfLayout(PdfSheet sheet, Paper paper, PaperWords words)
{
    /// <summary>Between two columns.</summary>
    const double Gap = 16;

    /// <summary>No column of figures is wider; longer figures are written smaller.</summary>
    const double Widest = 100;

    const double FactsAt = 316;
    const double FactValuesAt = 392;

    static readonly XFont Title = InterFont.Of(21, strong: true);
    static readonly XFont Name = InterFont.Of(11, strong: true);
    static readonly XFont Body = InterFont.Of(9);
    static readonly XFont Strong = InterFont.Of(9, strong: true);
    static readonly XFont Sum = InterFont.Of(12, strong: true);
    static readonly XFont Small = InterFont.Of(7.5);
    static readonly XFont Head = InterFont.Of(7.5, strong: true);

    readonly PaperText text = new(paper, words);

    public void Write()
    {
        sheet.Turn();
        WriteHead();
        var columns = Columns();
        WriteColumnHeads(columns);
        foreach (var line in paper.Lines)
            WriteLine(line, columns);
        WriteTotals();
        WriteNotes();
        sheet.Foot(Small, text.Foot, words.Page);
    }

    void WriteHead()
    {
        sheet.WriteRight(text.Title, Title, PdfSheet.Ink, PdfSheet.Right, PdfSheet.Top + 14);
        var y = PdfSheet.Top + 10;
        if (paper.Seller is { } seller)
            y = Column([(seller.Name, Name, PdfSheet.Ink, 14), .. text.SellerLines.Select(line => (line, Small, PdfSheet.Muted, 11d))], PdfSheet.Left, y, 300);
        y = Math.Max(y + 26, PdfSheet.Top + 92);
        var customer = Column([(words.BilledTo, Small, PdfSheet.Muted, 15), (paper.BilledTo ?? paper.AccountId, Name, PdfSheet.Ink, 14)],
            PdfSheet.Left, y, FactsAt - PdfSheet.Left - Gap);
        foreach (var (name, value) in text.Facts)
        {
            sheet.Write(name, Body, PdfSheet.Muted, FactsAt, y);
            y = Column([(value, name == words.Number ? Strong : Body, PdfSheet.Ink, 13.5)], FactValuesAt, y, PdfSheet.Right - FactValuesAt);
        }

        sheet.Y = Math.Max(customer, y) + 22;
    }

    /// <summary>Texts under one another, each broken into lines.</summary>
    /// <returns>Where the next one would stand.</returns>
    double Column(IEnumerable<(string Text, XFont Font, XColor Color, double Leading)> parts, double x, double y, double width)
    {
        foreach (var (part, font, color, leading) in parts)
            foreach (var line in sheet.Wrap(part, font, width))
            {
                sheet.Write(line, font, color, x, y);
                y += leading;
            }

        return y;
    }

    /// <summary>The columns of figures from the right, each as wide as it must be; what remains is the description's.</summary>
    List<FigureColumn> Columns()
    {
        var columns = new List<FigureColumn>();
        var right = PdfSheet.Right;
        Add(words.Amount, line => text.Amount(line.Amount));
        if (paper.Lines.Any(line => line.TaxRate is not null))
            Add(words.Tax, PaperText.TaxOf);
        if (paper.Lines.Any(line => line.UnitPrice is not null))
            Add(words.UnitPrice, text.UnitPriceOf);
        if (paper.Lines.Any(line => line.Quantity is not null))
            Add(words.Quantity, PaperText.QuantityOf);
        return columns;

        void Add(string head, Func<PaperLine, string> value)
        {
            var needed = Math.Max(sheet.WidthOf(head, Head), paper.Lines.Select(line => sheet.WidthOf(value(line), Body)).DefaultIfEmpty().Max());
            var width = Math.Min(needed, Widest);
            columns.Add(new FigureColumn(head, value, right, width));
            right -= width + Gap;
        }
    }

    static double DescriptionWidth(List<FigureColumn> columns) => columns[^1].Right - columns[^1].Width - Gap - PdfSheet.Left;

    void WriteColumnHeads(List<FigureColumn> columns)
    {
        sheet.Write(words.Description, Head, PdfSheet.Muted, PdfSheet.Left, sheet.Y);
        foreach (var column in columns)
            sheet.WriteRight(column.Head, Head, PdfSheet.Muted, column.Right, sheet.Y);
        sheet.Line(PdfSheet.Left, PdfSheet.Right, sheet.Y + 6, PdfSheet.Ink, 0.75);
        sheet.Y += 21;
    }

    void WriteLine(PaperLine line, List<FigureColumn> columns)
    {
        var width = DescriptionWidth(columns);
        var description = sheet.Wrap(line.Description, Body, width);
        var details = sheet.Wrap(PaperText.DetailOf(line), Small, width);
        var height = 12 * description.Count + 10.5 * details.Count;
        if (sheet.Y + height - 6 > PdfSheet.Bottom)
        {
            TurnWithHead();
            WriteColumnHeads(columns);
        }

        foreach (var column in columns)
            sheet.WriteRight(column.Value(line), Body, PdfSheet.Ink, column.Right, sheet.Y, column.Width);
        var y = Column([(line.Description, Body, PdfSheet.Ink, 12)], PdfSheet.Left, sheet.Y, width);
        y = Column([(PaperText.DetailOf(line), Small, PdfSheet.Muted, 10.5)], PdfSheet.Left, y - 0.5, width);
        sheet.Line(PdfSheet.Left, PdfSheet.Right, y - 4, PdfSheet.Rule);
        sheet.Y = y + 9.5;
    }

    /// <summary>A page that goes on says of what.</summary>
    void TurnWithHead()
    {
        sheet.Turn();
        sheet.Write($"{text.Title} {paper.Number}", Strong, PdfSheet.Ink, PdfSheet.Left, PdfSheet.Top);
        if (paper.Seller is { } seller)
            sheet.WriteRight(seller.Name, Body, PdfSheet.Muted, PdfSheet.Right, PdfSheet.Top, 260);
        sheet.Y = PdfSheet.Top + 30;
    }

    void WriteTotals()
    {
        var totals = text.Totals;
        if (sheet.Y + 17 * totals.Count + 20 > PdfSheet.Bottom)
            TurnWithHead();
        sheet.Y += 6;
        foreach (var (name, amount) in totals.SkipLast(1))
        {
            sheet.WriteRight(name, Body, PdfSheet.Muted, PdfSheet.Right - 116, sheet.Y);
            sheet.WriteRight(amount, Body, PdfSheet.Ink, PdfSheet.Right, sheet.Y, 100);
            sheet.Y += 16;
        }

        sheet.Line(FactsAt, PdfSheet.Right, sheet.Y - 7, PdfSheet.Ink, 0.75);
        sheet.Y += 9;
        sheet.WriteRight(totals[^1].Name, Sum, PdfSheet.Ink, PdfSheet.Right - 116, sheet.Y);
        sheet.WriteRight(totals[^1].Amount, Sum, PdfSheet.Ink, PdfSheet.Right, sheet.Y, 100);
        sheet.Y += 30;
    }

    void WriteNotes()
    {
        var parts = text.Notes.Select(note => (note, Body, PdfSheet.Ink)).ToList();
        if (text.PayToLines.ToList() is { Count: > 0 } payTo)
            parts.AddRange([("", Small, PdfSheet.Muted), (words.PayTo, Small, PdfSheet.Muted), .. payTo.Select(line => (line, Body, PdfSheet.Ink))]);
        foreach (var (note, font, color) in parts)
            foreach (var line in sheet.Wrap(note, font, PdfSheet.Right - PdfSheet.Left))
            {
                if (sheet.Y > PdfSheet.Bottom)
                    TurnWithHead();
                sheet.Write(line, font, color, PdfSheet.Left, sheet.Y);
                sheet.Y += 13;
            }
    }

    sealed record FigureColumn(string Head, Func<PaperLine, string> Value, double Right, double Width);
}
