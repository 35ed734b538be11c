using Billing.MonthClose.Close.Running;
using Billing.Persistence.Personal;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Collect.Webhooks;

public enum GatewayEventState
{
    /// <summary>Written down, and its work is on the bus.</summary>
    Received,

    /// <summary>What it said is in the books, or was before.</summary>
    Handled,

    /// <summary>It is about nothing of ours, or about nothing that is booked from here.</summary>
    Ignored
}

/// <summary>What the gateway told us by itself, once for each event id.</summary>
[RowsChange(nameof(State), nameof(Note), nameof(WordsErasedAt))]
public sealed class GatewayEvent
{
    public required string EventId { get; init; }
    public required string Type { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The gateway's own id of what it is about.</summary>
    public string? Subject { get; init; }

    /// <summary>Our own id of the charge, when it names one.</summary>
    public Guid? ChargeId { get; init; }

    /// <summary>The event as it came.</summary>
    [Personal(PersonalKind.Words, Instead = "{}")]
    public required string Body { get; init; }

    public required GatewayEventState State { get; set; }
    public string? Note { get; set; }

    /// <summary>When <see cref="Body"/> was erased, because it was old.</summary>
    public DateTimeOffset? WordsErasedAt { get; set; }
}

/// <summary>Command. Books what an event says.</summary>
public sealed record HandleGatewayEvent(string EventId);

sealed class GatewayEventMap : IEntityTypeConfiguration<GatewayEvent>
{
    public void Configure(EntityTypeBuilder<GatewayEvent> one)
    {
        one.ToTable("GatewayEvent");
        one.HasKey(x => x.EventId);         // told twice is told once
        one.Property(x => x.EventId).HasMaxLength(255);
        one.Property(x => x.Type).HasMaxLength(100);
        one.Property(x => x.Subject).HasMaxLength(255);
        one.Property(x => x.State).HasConversion<string>().HasMaxLength(16);
        one.Property(x => x.Note).HasMaxLength(400);
        one.HasIndex(x => x.ChargeId);
        one.HasIndex(x => x.ReceivedAt, "IX_GatewayEvent_WordsKept").HasFilter("\"WordsErasedAt\" IS NULL");
    }
}
