using System.Text.Encodings.Web;
using System.Text.Json;
using Billing.Hosting.Telemetry;
using Billing.Persistence.Personal;
using Billing.Persistence.Rights;
using Billing.Sealing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Billing.Notification.Messages;

/// <summary>One message to one recipient, kept for ever: its id says that it was asked for before.</summary>
[RowsChange]
public sealed record OutgoingMessage
{
    public const int DefaultPriority = 5;

    public required Guid NotificationId { get; init; }
    public required Channel Channel { get; init; }
    public required string WorkspaceId { get; init; }
    [Personal(PersonalKind.Identity)]
    public required string Recipient { get; init; }

    /// <summary>The template's name, filled in with <see cref="Values"/>; without one, <see cref="Subject"/> and <see cref="Text"/> are sent.</summary>
    public string? Template { get; init; }

    [Personal(PersonalKind.Words)]
    public IReadOnlyDictionary<string, string>? Values { get; init; }
    [Personal(PersonalKind.Words)]
    public string? Subject { get; init; }
    [Personal(PersonalKind.Words)]
    public string? Text { get; init; }
    public required MessageState State { get; set; }

    /// <summary>Why it failed, or waits for another attempt.</summary>
    [Personal(PersonalKind.Quotes)]
    public string? Reason { get; set; }

    /// <summary>The attempt that is next or under way, from 1.</summary>
    public int Attempt { get; set; } = 1;

    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>When its budget of retries begins: its own time, or its replay. It begins with <see cref="QueuedAt"/> when left out.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>By which key its sender marks messages that mean the same; not kept with it.</summary>
    public SameMeaning? Same { get; init; }

    /// <summary>Of a dropped one: which of the same key was sent, or will be.</summary>
    public Guid? InFavourOf { get; set; }

    /// <summary>Among those of its workspace the higher leaves first, from 0 to 9.</summary>
    public int Priority { get; init; } = DefaultPriority;

    /// <summary>The message of the bus that asked for it.</summary>
    public Guid? BusMessageId { get; init; }

    /// <summary>What led to it, through all services.</summary>
    public Guid? ConversationId { get; init; }

    /// <summary>As its sender gave it.</summary>
    public Guid? CorrelationId { get; init; }

    /// <summary>Where the command stood in its trace; the sending goes on from there.</summary>
    public string? TraceParent { get; init; }

    /// <summary>When it was sent, or given up.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>
    /// When to take it up: a deferred message at its time, a claimed one at the end of its lease, after which the process counts as dead. Null when it waits
    /// for its turn, or has ended.
    /// </summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>When its recipient and its words were erased, because it had ended long ago; null while they are kept.</summary>
    public DateTimeOffset? WordsErasedAt { get; set; }
}

sealed class OutgoingMessageMap : IEntityTypeConfiguration<OutgoingMessage>
{
    /// <summary>Contact data is sealed in the table; nothing looks for it there.</summary>
    static readonly ValueConverter<string, string> Sealed = new(text => ContactSeal.Seal(text), text => ContactSeal.Open(text));

    const string WordsKept = "IX_Notification_WordsKept";

    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Configure(EntityTypeBuilder<OutgoingMessage> message)
    {
        message.ToTable("Notification");
        message.HasKey(x => x.NotificationId);                  // one message for each id, for ever
        message.Property(x => x.NotificationId).ValueGeneratedNever();
        message.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
        message.Property(x => x.WorkspaceId).HasMaxLength(MessageBounds.LongestWorkspaceId);
        message.Property(x => x.Recipient).HasConversion(Sealed);
        message.Property(x => x.Text).HasConversion(Sealed!);
        message.Property(x => x.Template).HasMaxLength(MessageBounds.LongestTemplate);
        message.Property(x => x.Values).HasConversion(
            new ValueConverter<IReadOnlyDictionary<string, string>?, string>(
                values => ContactSeal.Seal(JsonSerializer.Serialize(values, Json)), text => Opened(ContactSeal.Open(text))),
            new ValueComparer<IReadOnlyDictionary<string, string>>((left, right) => ReferenceEquals(left, right), values => values.Count));
        message.Property(x => x.Subject).HasConversion(Sealed!);
        message.Property(x => x.State).HasConversion<string>().HasMaxLength(16);
        message.Ignore(x => x.Same);
        message.Property(x => x.Priority).HasDefaultValue(OutgoingMessage.DefaultPriority).ValueGeneratedNever();
        message.Property(x => x.TraceParent).HasMaxLength(Traces.Length);
        message.Property(x => x.Reason).HasMaxLength(MessageBounds.LongestReason);
        message.HasIndex(x => new { x.Channel, x.DueAt }).HasFilter("\"DueAt\" IS NOT NULL");
        // whose turn it is, and which is next of each: as small as the backlog, and read from where the turn is
        message.HasIndex(x => new { x.Channel, x.WorkspaceId, x.Priority, x.QueuedAt }).IsDescending(false, false, true, false)
            .HasFilter("\"State\" = 'Queued'");
        message.HasIndex(x => new { x.WorkspaceId, x.QueuedAt });
        message.HasIndex(x => x.EndedAt).HasFilter("\"State\" = 'Failed'");       // few: what failed, the newest first
        message.HasIndex(x => x.EndedAt, WordsKept).HasFilter("\"EndedAt\" IS NOT NULL AND \"WordsErasedAt\" IS NULL");   // whose words go next
        message.HasIndex(x => x.InFavourOf).HasFilter("\"InFavourOf\" IS NOT NULL");
    }

    static Dictionary<string, string> Opened(string values) =>
        Sealer.IsSealed(values) ? new() { [SealedMessages.Values] = values } : JsonSerializer.Deserialize<Dictionary<string, string>>(values, Json)!;
}
