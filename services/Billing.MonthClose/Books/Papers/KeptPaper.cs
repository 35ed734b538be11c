using Billing.Hosting.Database;
using Billing.Persistence.Personal;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Papers;

/// <summary>A paper as it was first rendered. It is served to the byte ever after, whatever renders better by then.</summary>
public sealed class KeptPaper
{
    /// <summary>Of the invoice or the credit note.</summary>
    public required Guid PaperId { get; init; }

    /// <summary>Such as <c>pdf</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Of the bytes as they are served, in hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>In bytes, as they are served.</summary>
    public required int Length { get; init; }

    /// <summary>Compressed (Brotli), in base64, and sealed: it names the customer.</summary>
    [Personal(PersonalKind.Words)]
    public required string? Content { get; init; }

    /// <summary>What rendered it, such as <c>pdf 1, PDFsharp 6.2.4</c>.</summary>
    public required string RenderedBy { get; init; }

    public required DateTimeOffset RenderedAt { get; init; }
}

sealed class KeptPaperMap : IEntityTypeConfiguration<KeptPaper>
{
    public void Configure(EntityTypeBuilder<KeptPaper> paper)
    {
        paper.ToTable("Paper");
        paper.HasKey(x => new { x.PaperId, x.Format });       // the first rendering stands
        paper.Property(x => x.Format).HasMaxLength(16);
        paper.Property(x => x.Sha256).HasMaxLength(64);
        paper.Property(x => x.Content).IsSealed();
        paper.Property(x => x.RenderedBy).HasMaxLength(64);
    }
}
