using Billing.Contracts;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Gateway;
using Billing.Persistence;
using Billing.Persistence.Months;
using Billing.Persistence.Personal;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Charges;

public enum GatewayCallKind
{
    /// <summary>Asked for money.</summary>
    Charge,

    /// <summary>Asked what became of a charge.</summary>
    Look,

    /// <summary>Asked to give money back.</summary>
    Refund,

    /// <summary>Asked what became of a refund.</summary>
    RefundLook,

    /// <summary>The gateway told us by itself.</summary>
    Webhook
}

/// <summary>One question to the gateway and its answer, as it was: written once, in the transaction that books the answer.</summary>
[KeptByMonth(nameof(AskedAt), Months = 120, AtLeast = 24)]
public sealed record GatewayCall
{
    public required Guid CallId { get; init; }
    public required GatewayCallKind Kind { get; init; }

    /// <summary>The charge's or the refund's id.</summary>
    public required Guid SubjectId { get; init; }

    public required string AccountId { get; init; }
    public Guid? InvoiceId { get; init; }

    /// <summary>The charge's attempt; 0 where there is none.</summary>
    public int Attempt { get; init; }

    public required DateTimeOffset AskedAt { get; init; }
    public required DateTimeOffset AnsweredAt { get; init; }

    /// <summary>The answer's name, such as <c>Succeeded</c>, <c>Declined</c>, <c>Unknown</c>; <c>NotFound</c> when a look found nothing.</summary>
    public required string Answer { get; init; }

    /// <summary>Decline code, or why the request was refused.</summary>
    public string? Code { get; init; }

    /// <summary>The answer in words, where it has some.</summary>
    [Personal(PersonalKind.Quotes)]
    public string? Detail { get; init; }

    /// <summary>Null when no status came back.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The gateway's own id of the payment or the refund.</summary>
    public string? GatewayReference { get; init; }

    /// <summary>The gateway's own name of the request: what its support asks for.</summary>
    public string? RequestId { get; init; }

    /// <summary>Requests that were made, those answered "later" among them.</summary>
    public int Tries { get; init; }

    public static GatewayCall Of(GatewayCallKind kind, Charge charge, GatewayAnswer? answer, DateTimeOffset askedAt, DateTimeOffset answeredAt) =>
        Of(kind, charge.ChargeId, charge.AccountId, charge.InvoiceId, charge.Attempt, answer, askedAt, answeredAt);

    public static GatewayCall Of(GatewayCallKind kind, Refund refund, GatewayAnswer? answer, DateTimeOffset askedAt, DateTimeOffset answeredAt) =>
        Of(kind, refund.RefundId, refund.AccountId, refund.InvoiceId, 0, answer, askedAt, answeredAt);

    static GatewayCall Of(
        GatewayCallKind kind, Guid subjectId, string accountId, Guid? invoiceId, int attempt, GatewayAnswer? answer, DateTimeOffset askedAt,
            DateTimeOffset answeredAt)
    {
        var (code, detail, reference) = answer switch
        {
            GatewayAnswer.Succeeded succeeded => (null, null, succeeded.Reference),
            GatewayAnswer.Declined declined => (declined.Code, declined.Hard ? "hard" : "soft", null),
            GatewayAnswer.Misused refused => (refused.Code, refused.Reason, null),
            GatewayAnswer.Unknown unknown => (null, unknown.Reason, null),
            GatewayAnswer.NeverReached away => (null, away.Reason, null),
            GatewayAnswer.KeyMisused misused => (null, misused.Reason, null),
            _ => ((string?)null, (string?)null, (string?)null)
        };
        return new GatewayCall
        {
            CallId = Guid.CreateVersion7(askedAt),
            Kind = kind,
            SubjectId = subjectId,
            AccountId = accountId,
            InvoiceId = invoiceId,
            Attempt = attempt,
            AskedAt = askedAt,
            AnsweredAt = answeredAt,
            Answer = answer?.GetType().Name ?? "NotFound",
            Code = code,
            Detail = Short(detail, 400),
            HttpStatus = answer?.Trace?.HttpStatus,
            GatewayReference = Short(reference, 128),
            RequestId = Short(answer?.Trace?.RequestId, 64),
            Tries = answer?.Trace?.Tries ?? 1
        };
    }

    static string? Short(string? text, int most) => text is null || text.Length <= most ? text?.Replace('\0', ' ') : text[..most].Replace('\0', ' ');
}

sealed class GatewayCallMap : IEntityTypeConfiguration<GatewayCall>
{
    public void Configure(EntityTypeBuilder<GatewayCall> call)
    {
        call.ToTable("GatewayCall");
        call.HasKey(x => x.CallId);
        call.Property(x => x.CallId).ValueGeneratedNever();
        call.Property(x => x.Kind).HasConversion<string>().HasMaxLength(16);
        call.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        call.Property(x => x.Answer).HasMaxLength(16);
        call.Property(x => x.Code).HasMaxLength(64);
        call.Property(x => x.Detail).HasMaxLength(400);
        call.Property(x => x.GatewayReference).HasMaxLength(128);
        call.Property(x => x.RequestId).HasMaxLength(64);
        call.HasIndex(x => x.SubjectId);        // what was asked about one charge
        call.HasIndex(x => new { x.AccountId, x.AskedAt });
    }
}

/// <summary>Puts calls on record, in the caller's transaction: one statement for all of them.</summary>
sealed class GatewayCalls(MonthCloseDbContext db, IBulkWriter bulk)
{
    public Task RecordAsync(IReadOnlyCollection<GatewayCall> calls, CancellationToken cancellationToken) =>
        calls.Count == 0 ? Task.CompletedTask : bulk.InsertAsync(db, calls, cancellationToken);
}
