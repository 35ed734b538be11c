using Billing.Persistence.Personal;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Scheduler.Dated;

public enum ScheduledState
{
    /// <summary>Its time has not come.</summary>
    Waiting,

    /// <summary>It is on its way, or was heard.</summary>
    Published,

    /// <summary>A person took it back.</summary>
    Cancelled,

    /// <summary>It was due, and could not be published: its contract is gone.</summary>
    Failed,
}

/// <summary>A command that is published once, when its time has come.</summary>
[RowsChange]
public sealed class ScheduledCommand
{
    /// <summary>The body of a command that was of an account alone whose contact data was erased, and of one that was over long ago.</summary>
    public const string NothingLeft = """{"erased":true}""";

    /// <summary>Its sender's, and the message id of what is published.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Its exchange, such as <c>Billing.Contracts.MonthClose.V1:StartMonthClose</c>.</summary>
    public required string Command { get; init; }

    /// <summary>As it is published; what its contract marks as confidential is sealed.</summary>
    [Personal(PersonalKind.Message, Instead = NothingLeft)]
    public required string Body { get; init; }

    public required string ScheduledBy { get; init; }
    public required DateTimeOffset ScheduledAt { get; init; }

    public ScheduledState State { get; set; }

    /// <summary>When it stopped waiting.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Who cancelled it.</summary>
    public string? CancelledBy { get; set; }

    /// <summary>What the service that obeys said of it.</summary>
    public string? Outcome { get; set; }

    /// <summary>Why it was cancelled, or could not be published, or what its service says of it.</summary>
    [Personal(PersonalKind.Quotes)]
    public string? Because { get; set; }
}

sealed class ScheduledCommandMap : IEntityTypeConfiguration<ScheduledCommand>
{
    public void Configure(EntityTypeBuilder<ScheduledCommand> command)
    {
        command.ToTable("ScheduledCommand");
        command.HasKey(x => x.Id);
        command.Property(x => x.Id).ValueGeneratedNever();
        command.Property(x => x.Command).HasMaxLength(200);
        command.Property(x => x.ScheduledBy).HasMaxLength(400);
        command.Property(x => x.State).HasConversion<string>().HasMaxLength(16);
        command.Property(x => x.CancelledBy).HasMaxLength(400);
        command.Property(x => x.Outcome).HasMaxLength(16);
        command.Property(x => x.Because).HasMaxLength(1000);
        command.HasIndex(x => new { x.State, x.DueAt });        // what is due, and the newest of each state
    }
}
