using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Billing.MonthClose.Look.Papers;

/// <summary>One page that asks for nothing else: no script, no picture, no font.</summary>
sealed class HtmlRendering(PaperWords words) : IPaperRendering
{
    const string Style = """
        :root{color-scheme:light}
        body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:#1f2328;max-width:56rem;margin:3rem auto;padding:0 1.5rem;
        font-variant-numeric:tabular-nums}
        header{display:flex;justify-content:space-between;gap:2rem;align-items:flex-start}
        h1{font-size:1.9rem;margin:0}h2{font-size:1.1rem;margin:0}
        .muted,small,dt,th{color:#6b7280}
        address{font-style:normal;font-size:.85rem;color:#6b7280}
        section{display:flex;justify-content:space-between;gap:2rem;margin:2.5rem 0 2rem;flex-wrap:wrap}
        dl{display:grid;grid-template-columns:max-content auto;gap:.1rem 1.5rem;margin:0}dd{margin:0;overflow-wrap:anywhere}
        table{width:100%;border-collapse:collapse}
        th{font-size:.8rem;text-align:left;border-bottom:1px solid #1f2328;padding:.3rem 0}
        td{padding:.5rem 0;border-bottom:1px solid #d0d5db;vertical-align:top;overflow-wrap:anywhere}
        .n{text-align:right;padding-left:1.2rem;white-space:nowrap}
        small{display:block;font-size:.8rem}
        tfoot td{border:0;padding:.25rem 0}tfoot tr:last-child td{font-weight:600;font-size:1.2rem;border-top:1px solid #1f2328;padding-top:.5rem}
        footer{margin-top:3rem;border-top:1px solid #d0d5db;padding-top:.75rem;font-size:.8rem;color:#6b7280}
        a{color:inherit;font-size:.85rem}
        @media print{body{margin:0 auto}a{display:none}}
        """;

    /// <summary>Letters of all scripts may stay as they are; what has a meaning in HTML may not.</summary>
    static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>What a page of ours may do at a customer's browser: show itself, in its own style.</summary>
    public static string Policy { get; } = $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public string Format => "html";
    public string MediaType => "text/html; charset=utf-8";

    /// <summary>Counts the layouts, from 1.</summary>
    public string RenderedBy => "html 1";

    public byte[] Render(Paper paper)
    {
        var text = new PaperText(paper, words);
        var html = new StringBuilder(8192);
        Begin(html, $"{text.Title} {paper.Number}");
        WriteHead(html, paper, text);
        WriteLines(html, paper, text);
        foreach (var note in text.Notes)
            Add(html, $"<p>{note}</p>\n");
        if (text.PayToLines.ToList() is { Count: > 0 } payTo)
        {
            Add(html, $"<p><span class=\"muted\">{words.PayTo}</span>");
            payTo.ForEach(line => Add(html, $"<br>{line}"));
            html.Append("</p>\n");
        }

        Add(html, $"<footer>{text.Foot}</footer>\n");
        html.Append("</body></html>\n");
        return Encoding.UTF8.GetBytes(html.ToString());
    }

    /// <summary>Another page in the same style, such as the one that says that an invoice is void.</summary>
    public static string Notice(PaperWords words, string sentence, IEnumerable<(string Text, string Address)> links)
    {
        var html = new StringBuilder(4096);
        Begin(html, words.Invoice, words.Language);
        Add(html, $"<h1>{words.Invoice}</h1>\n<p>{sentence}</p>\n");
        foreach (var (text, address) in links)
            Add(html, $"<p><a href=\"{address}\">{text}</a></p>\n");
        html.Append("</body></html>\n");
        return html.ToString();
    }

    void Begin(StringBuilder html, string title) => Begin(html, title, words.Language);

    static void Begin(StringBuilder html, string title, string language)
    {
        Add(html, $"<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title>\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">\n<style>");
        html.Append(Style).Append("</style></head><body>\n");
    }

    void WriteHead(StringBuilder html, Paper paper, PaperText text)
    {
        html.Append("<header><div>");
        if (paper.Seller is { } seller)
        {
            Add(html, $"<h2>{seller.Name}</h2><address>");
            html.AppendJoin("<br>", text.SellerLines.Select(Encoder.Encode)).Append("</address>");
        }

        // the address of the same paper in another format, whatever the address is
        Add(html, $"</div><div class=\"n\"><h1>{text.Title}</h1><a href=\"?format=pdf\">PDF</a></div></header>\n");
        Add(html, $"<section><div><span class=\"muted\">{words.BilledTo}</span>");
        Add(html, $"<h2>{paper.BilledTo ?? paper.AccountId}</h2></div>\n<dl>");
        foreach (var (name, value) in text.Facts)
            Add(html, $"<dt>{name}</dt><dd>{value}</dd>\n");
        html.Append("</dl></section>\n");
    }

    void WriteLines(StringBuilder html, Paper paper, PaperText text)
    {
        var columns = new List<(string Head, Func<PaperLine, string> Value)>();
        if (paper.Lines.Any(line => line.Quantity is not null))
            columns.Add((words.Quantity, PaperText.QuantityOf));
        if (paper.Lines.Any(line => line.UnitPrice is not null))
            columns.Add((words.UnitPrice, text.UnitPriceOf));
        if (paper.Lines.Any(line => line.TaxRate is not null))
            columns.Add((words.Tax, PaperText.TaxOf));
        columns.Add((words.Amount, line => text.Amount(line.Amount)));

        Add(html, $"<table><thead><tr><th>{words.Description}</th>");
        columns.ForEach(column => Add(html, $"<th class=\"n\">{column.Head}</th>"));
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var line in paper.Lines)
        {
            Add(html, $"<tr><td>{line.Description}<small>{PaperText.DetailOf(line)}</small></td>");
            columns.ForEach(column => Add(html, $"<td class=\"n\">{column.Value(line)}</td>"));
            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n<tfoot>\n");
        foreach (var (name, amount) in text.Totals)
            Add(html, $"<tr><td class=\"n\" colspan=\"{columns.Count}\">{name}</td><td class=\"n\">{amount}</td></tr>\n");
        html.Append("</tfoot></table>\n");
    }

    /// <summary>Every value is encoded; only what stands in the code itself is markup.</summary>
    static void Add(StringBuilder html, FormattableString markup) => html.AppendFormat(CultureInfo.InvariantCulture, markup.Format,
        [.. markup.GetArguments().Select(value => (object)Encoder.Encode(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""))]);
}
