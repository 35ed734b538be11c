using System.IO.Compression;
using System.Security.Cryptography;
using Billing.MonthClose.Books.Papers;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Papers.Serving;

/// <summary>A paper as it is served.</summary>
/// <param name="FileName">Such as <c>INV-000000042.pdf</c>.</param>
/// <param name="MediaType">For the header.</param>
/// <param name="Sha256">Of the bytes, in hexadecimal digits.</param>
/// <param name="Bytes">All of it.</param>
sealed record ServedPaper(string FileName, string MediaType, string Sha256, byte[] Bytes);

/// <summary>Renders a paper when it is first looked at, and keeps it: each later look gets the same bytes, until its customer is erased.</summary>
sealed class PaperStore(MonthCloseDbContext db, PaperReader reader, IEnumerable<IPaperRendering> renderings, IBulkWriter bulk, TimeProvider clock)
{
    public IEnumerable<string> Formats => renderings.Select(rendering => rendering.Format);

    /// <returns>Null when nothing renders that format.</returns>
    /// <exception cref="InvalidDataException">What is kept was changed, or is sealed with a key that is not here.</exception>
    public async Task<ServedPaper?> FindAsync(PaperOf paper, string format, CancellationToken cancellationToken)
    {
        if (renderings.SingleOrDefault(one => one.Format == format) is not { } rendering)
            return null;
        var kept = await KeptAsync(paper, format, cancellationToken);
        if (kept is null)
        {
            var bytes = rendering.Render(await reader.ReadAsync(paper, cancellationToken));
            await bulk.InsertNewAsync(db, [ToKept(paper, rendering, bytes)], cancellationToken);
            // Somebody may have looked at the same moment: what stands in the books is served.
            kept = await KeptAsync(paper, format, cancellationToken) ?? throw new InvalidOperationException($"The {format} of {paper.Number} was not kept.");
        }

        if (kept.Content is null)
        {
            // The customer was erased, and the paper as it was with him. What stands in the books is shown without his name, and not kept.
            var bytes = rendering.Render(await reader.ReadAsync(paper, cancellationToken));
            return new ServedPaper($"{paper.Number}.{format}", rendering.MediaType, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes);
        }

        return new ServedPaper($"{paper.Number}.{format}", rendering.MediaType, kept.Sha256, Opened(paper, kept));
    }

    Task<KeptPaper?> KeptAsync(PaperOf paper, string format, CancellationToken cancellationToken) =>
        db.Papers.AsNoTracking().SingleOrDefaultAsync(kept => kept.PaperId == paper.Id && kept.Format == format, cancellationToken);

    KeptPaper ToKept(PaperOf paper, IPaperRendering rendering, byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            brotli.Write(bytes);
        return new KeptPaper
        {
            PaperId = paper.Id,
            Format = rendering.Format,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Length = bytes.Length,
            Content = Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length),
            RenderedBy = rendering.RenderedBy,
            RenderedAt = clock.GetUtcNow()
        };
    }

    static byte[] Opened(PaperOf paper, KeptPaper kept)
    {
        try
        {
            using var brotli = new BrotliStream(new MemoryStream(Convert.FromBase64String(kept.Content ?? "")), CompressionMode.Decompress);
            var bytes = new byte[kept.Length];
            brotli.ReadExactly(bytes);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) == kept.Sha256)
                return bytes;
        }
        catch (Exception broken) when (broken is FormatException or InvalidOperationException or IOException)
        {
            throw new InvalidDataException($"The kept {kept.Format} of {paper.Number} cannot be read: it was changed, or its key is not here.", broken);
        }

        throw new InvalidDataException($"The kept {kept.Format} of {paper.Number} is not what was kept: its hash is not {kept.Sha256}.");
    }
}
