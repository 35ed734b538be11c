using Billing.Contracts;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>The question what became of one charge. It lives for days at most, and its row is kept.</summary>
public sealed class ChargeInquiryState : SagaStateMachineInstance
{
    /// <summary>The charge's id.</summary>
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "Initial";
    public Guid InvoiceId { get; set; }
    public string AccountId { get; set; } = "";

    /// <summary>Times that the gateway was asked.</summary>
    public int Looks { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the next look is due, or when the answer to the last one is overdue.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public Guid? LookToken { get; set; }
}

sealed class ChargeInquiryStateMap : SagaClassMap<ChargeInquiryState>
{
    protected override void Configure(EntityTypeBuilder<ChargeInquiryState> inquiry, ModelBuilder model)
    {
        inquiry.ToTable("ChargeInquiry");
        inquiry.Property(x => x.CurrentState).HasMaxLength(32);
        inquiry.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        inquiry.HasIndex(x => x.CurrentState).HasFilter("\"CurrentState\" <> 'Known'");     // what is still to be found out; the known pile up
        inquiry.HasIndex(x => x.InvoiceId);
        inquiry.HasIndex(x => x.AccountId);
    }
}
