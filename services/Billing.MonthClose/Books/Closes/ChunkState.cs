using Billing.MonthClose.Books.Histories;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Closes;

/// <summary>Some hundred accounts that travel together. The row is written when the chunk is cut, so cutting and starting are two things.</summary>
public sealed class ChunkState : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public string CurrentState { get; set; } = "Waiting";
    public Guid RunId { get; set; }

    /// <summary>Unique over all runs, and written on each of its accounts.</summary>
    public int Number { get; set; }

    /// <summary>Where it is in its run; written by the run alone.</summary>
    [KeptByOthers]
    public ChunkPlace Place { get; set; }

    /// <summary>Why its last step failed for good, while it is halted.</summary>
    public string? HaltReason { get; set; }

    /// <summary>The attempt of its run that it was last asked in.</summary>
    public int Attempt { get; set; }

    /// <summary>It is to charge no more: its run was cancelled while it was paused.</summary>
    public bool IsCancelled { get; set; }

    public bool InvoicesEmailed { get; set; }
    public bool ReceiptsSent { get; set; }

    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}

sealed class ChunkStateMap : SagaClassMap<ChunkState>
{
    protected override void Configure(EntityTypeBuilder<ChunkState> chunk, ModelBuilder model)
    {
        chunk.ToTable("Chunk");
        chunk.Property(x => x.CurrentState).HasMaxLength(32);
        chunk.Property(x => x.HaltReason).HasMaxLength(1000);
        chunk.HasIndex(x => x.Number).IsUnique();
        chunk.Property(x => x.Place).HasConversion<string>().HasMaxLength(16);
        chunk.HasIndex(x => new { x.RunId, x.Place, x.Number });    // "does any still wait or travel" looks at a few rows
    }
}
