using Billing.Hosting.Identity;
using Billing.MonthClose.Books.Calendar;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Closes;

/// <summary>One run: a month, closed for every account. Its id follows from the period, so there is one for each.</summary>
public sealed class RunState : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public string CurrentState { get; set; } = "Initial";

    /// <summary>As 202610.</summary>
    public int Period { get; set; }

    public string? RequestedBy { get; set; }

    /// <summary>The price list that the run began with.</summary>
    public long PriceVersion { get; set; }

    /// <summary>The preview that the run is held to: whose invoice would be another one than previewed is parked. Null when it began unseen.</summary>
    public Guid? PreviewId { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>Every account is in a chunk.</summary>
    public bool CutDone { get; set; }
    public string? CancelReason { get; set; }

    /// <summary>Which step failed for good, and why, while the run is halted.</summary>
    public string? HaltReason { get; set; }

    /// <summary>How often a person has taken the halted run up again. What failed in an older attempt is tried again in this one.</summary>
    public int Attempt { get; set; }

    public const int LongestReason = 900;

    /// <summary>Until when its drafts are open for late usage, unless a person approves them before; null when it has none.</summary>
    public DateTimeOffset? FinalAt { get; set; }

    /// <summary>Of the timer that ends that time.</summary>
    public Guid? GraceToken { get; set; }

    /// <summary>Since when nothing is charged; null while it may.</summary>
    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>Who paused it; null when a brake did.</summary>
    public string? PausedBy { get; set; }

    /// <summary>Why it is paused.</summary>
    public string? PauseReason { get; set; }

    /// <summary>The brake that paused it; null when a person did.</summary>
    public string? PauseBrake { get; set; }

    /// <summary>What the brakes saw when it was resumed: a person has looked at that, so they judge by what comes after.</summary>
    public string? BrakesFrom { get; set; }

    /// <summary>The report could not be written; asking for the month again writes it.</summary>
    public bool IsReportMissing { get; set; }

    /// <summary>When all accounts had ended for the first time; said once.</summary>
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>When all accounts were closed; said once.</summary>
    public DateTimeOffset? SucceededAt { get; set; }

    public static Guid IdOf(string period) => DeterministicGuid.Of($"month-close:{period}");

    public string PeriodText => BillingPeriod.FromNumber(Period).ToString();
}

sealed class RunStateMap : SagaClassMap<RunState>
{
    protected override void Configure(EntityTypeBuilder<RunState> run, ModelBuilder model)
    {
        run.ToTable("Run");
        run.Property(x => x.CurrentState).HasMaxLength(32);
        run.Property(x => x.RequestedBy).HasMaxLength(200);
        run.Property(x => x.CancelReason).HasMaxLength(400);
        run.Property(x => x.HaltReason).HasMaxLength(1000);
        run.Property(x => x.PausedBy).HasMaxLength(200);
        run.Property(x => x.PauseReason).HasMaxLength(1000);
        run.Property(x => x.PauseBrake).HasMaxLength(32);
        run.Ignore(x => x.PeriodText);
        run.HasIndex(x => x.Period).IsUnique();     // one run a period
    }
}
