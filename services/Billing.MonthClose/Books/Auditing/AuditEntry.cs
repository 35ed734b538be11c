using Billing.Contracts;
using Billing.Hosting.Database;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Correct.Corrections;
using Billing.MonthClose.Look.Reporting;
using Billing.Persistence.Months;
using Billing.Persistence.Personal;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Auditing;

/// <summary>What an audit row is about.</summary>
public static class AuditSubject
{
    public const string Account = "account";
    public const string Price = "price";
    public const string TaxRate = "tax-rate";
    public const string Run = "run";
    public const string Brake = "brake";
    public const string Close = "close";
    public const string Invoice = "invoice";
    public const string CreditNote = "credit-note";
    public const string Charge = "charge";
    public const string Refund = "refund";
    public const string Payment = "payment";
    public const string Credit = "credit";
    public const string Hold = "hold";
    public const string Collection = "collection";
    public const string Limit = "limit";
    public const string Reconciliation = "reconciliation";
    public const string Restoration = "restoration";
}

/// <summary>One change of state: who made it, why, and what stood there before and after. Appended in the change's own transaction, never changed.</summary>
[KeptByMonth(nameof(At), Months = 120, AtLeast = 24)]
public sealed class AuditEntry
{
    /// <summary>Grows with time.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The customer whom it concerns; null for what concerns all, such as a price.</summary>
    public string? AccountId { get; init; }

    /// <summary>One of <see cref="AuditSubject"/>.</summary>
    public required string SubjectKind { get; init; }

    public required string SubjectId { get; init; }

    /// <summary>What happened to it, in the past tense: <c>issued</c>, <c>voided</c>, <c>lifted</c>.</summary>
    public required string What { get; init; }

    /// <summary>The sender of the command, or the step of this service that acted by itself.</summary>
    public required string Who { get; init; }

    [Personal(PersonalKind.Quotes)]
    public string? Why { get; init; }

    /// <summary>The members that changed, as JSON.</summary>
    [Personal(PersonalKind.Members, "name", "email", "paymentMethod", "gatewayCustomer", "taxId", "taxExemption")]
    public string? Before { get; init; }

    /// <summary>The members that changed, as JSON.</summary>
    [Personal(PersonalKind.Members, "name", "email", "paymentMethod", "gatewayCustomer", "taxId", "taxExemption")]
    public string? After { get; init; }

    public Guid? MessageId { get; init; }

    /// <summary>Follows the work through all services.</summary>
    public Guid? CorrelationId { get; init; }
}

sealed class AuditEntryMap : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> audit)
    {
        audit.ToTable("AuditEntry");
        audit.HasKey(x => new { x.At, x.Id });      // newest first is the way it is read
        audit.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        audit.Property(x => x.SubjectKind).HasMaxLength(24);
        audit.Property(x => x.SubjectId).HasMaxLength(400);
        audit.Property(x => x.What).HasMaxLength(64);
        audit.Property(x => x.Who).HasMaxLength(Origin.LongestWho);
        audit.Property(x => x.Why).HasMaxLength(1000);
        audit.Property(x => x.Before).HasSealedTexts();
        audit.Property(x => x.After).HasSealedTexts();
        audit.HasIndex(x => new { x.AccountId, x.At });
        audit.HasIndex(x => x.SubjectId);
    }
}
