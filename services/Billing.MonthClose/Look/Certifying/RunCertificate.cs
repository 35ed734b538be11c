using System.IO.Compression;
using System.Text;
using Billing.Hosting.Health;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Close.Running;
using Billing.Views.Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Look.Certifying;

/// <summary>The certificate of a run as it was made when the run ended; each time the run ends again, one more.</summary>
public sealed class RunCertificate
{
    public required Guid RunId { get; init; }
    public required DateTimeOffset CertifiedAt { get; init; }

    /// <summary>The file's text, compressed by Brotli.</summary>
    public required byte[] Document { get; init; }
}

sealed class RunCertificateMap : IEntityTypeConfiguration<RunCertificate>
{
    public void Configure(EntityTypeBuilder<RunCertificate> certificate)
    {
        certificate.ToTable("RunCertificate");
        certificate.HasKey(x => new { x.RunId, x.CertifiedAt });
    }
}

/// <summary>Makes certificates and reads them.</summary>
sealed class CertificateStore(MonthCloseDbContext db, InvoiceLeaves leaves, RunTotals totals, IOptions<CertificateOptions> options, TimeProvider clock)
{
    /// <summary>Certifies a run as it has ended; the caller's transaction saves it.</summary>
    public async Task AddAsync(RunState run, CancellationToken cancellationToken)
    {
        var taxes = new TaxSums();
        var invoices = await leaves.ReadAsync(run.CorrelationId, taxes, cancellationToken);
        var money = await totals.ByCurrencyAsync(run.CorrelationId, cancellationToken);
        var certificate = new CloseCertificate
        {
            Period = run.PeriodText,
            RunId = run.CorrelationId,
            State = run.CurrentState,
            RequestedBy = run.RequestedBy,
            StartedAt = run.StartedAt,
            CompletedAt = run.CompletedAt,
            CertifiedAt = clock.GetUtcNow(),
            CodeVersion = BillingVersion.Text,
            PriceVersion = run.PriceVersion,
            Accounts = (await totals.StepsAsync(run.CorrelationId, cancellationToken)).OrderBy(step => step.Key)
                .ToDictionary(step => $"{step.Key}", step => step.Value),
            Money = [.. money.Select(one => new CertifiedMoney(one.Currency, one.Invoices, one.Invoiced, one.CreditUsed, one.Collected, one.Open))],
            Taxes = taxes.All,
            Invoices = invoices.Count,
            Root = CertificateFile.RootOf(invoices)
        };
        using var key = options.Value.PrivateKey is { Length: > 0 } pem ? CertificateKey.Read(pem) : null;
        db.Certificates.Add(new RunCertificate
        {
            RunId = run.CorrelationId,
            CertifiedAt = certificate.CertifiedAt,
            Document = Compress($"{CertificateFile.Make(certificate, invoices, key)}")
        });
    }

    /// <summary>The newest of a run, as text; null when there is none.</summary>
    public async Task<string?> FindAsync(Guid runId, CancellationToken cancellationToken) =>
        await db.Certificates.AsNoTracking().Where(one => one.RunId == runId).OrderByDescending(one => one.CertifiedAt)
            .Select(one => one.Document).FirstOrDefaultAsync(cancellationToken) is { } document ? Decompress(document) : null;

    static byte[] Compress(string text)
    {
        using var bytes = new MemoryStream();
        using (var brotli = new BrotliStream(bytes, CompressionLevel.Fastest))
            brotli.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    static string Decompress(byte[] document)
    {
        using var brotli = new BrotliStream(new MemoryStream(document), CompressionMode.Decompress);
        using var reader = new StreamReader(brotli, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
