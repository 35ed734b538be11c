using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Billing.Hosting.Logging;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Texts;
using Billing.Persistence;

namespace Billing.MonthClose.Books.Auditing;

/// <summary>
/// Writes down who changed what, in the transaction of the change itself: both are there or neither. A step makes an entry for each of its
/// rows and writes them as one set.
/// </summary>
public sealed class AuditTrail(MonthCloseDbContext db, IBulkWriter bulk, TimeProvider clock)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,      // it is text in a column, for people
        Converters = { new JsonStringEnumConverter() }
    };

    /// <summary>An entry that says who acts at the moment; it is not written yet.</summary>
    /// <param name="accountId">The customer whom it concerns, if one.</param>
    /// <param name="kind">One of <see cref="AuditSubject"/>.</param>
    /// <param name="subjectId">The subject's own key.</param>
    /// <param name="what">What happened, in the past tense.</param>
    /// <param name="why">The reason that the sender or the rule gave.</param>
    /// <param name="before">The members that change, as they were; an anonymous object will do.</param>
    /// <param name="after">The members that change, as they are now.</param>
    /// <param name="by">Whom the command names as its sender, when it names one.</param>
    public AuditEntry Entry(
        string? accountId, string kind, object subjectId, string what, string? why = null, object? before = null, object? after = null, string? by = null)
    {
        var (origin, now) = (Origin.Current, clock.GetUtcNow());
        return new AuditEntry
        {
            Id = NextId(now),
            At = now,
            AccountId = accountId,
            SubjectKind = kind,
            SubjectId = subjectId.ToString()!,
            What = what,
            Who = origin.Named(by),
            Why = why?.ShortenedTo(1000),
            Before = before is null ? null : JsonSerializer.Serialize(before, Json),
            After = after is null ? null : JsonSerializer.Serialize(after, Json),
            MessageId = origin.MessageId,
            CorrelationId = origin.CorrelationId
        };
    }

    static int _made;

    /// <summary>Entries of one millisecond keep the order in which they were made.</summary>
    static Guid NextId(DateTimeOffset now)
    {
        Span<byte> id = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(id, bigEndian: true, out _);
        var made = Interlocked.Increment(ref _made) & 0xFFF;
        (id[6], id[7]) = ((byte)(0x70 | (made >> 8)), (byte)made);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>Appends a set in one statement, in the context's current transaction.</summary>
    public async Task WriteAsync(IReadOnlyCollection<AuditEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
            return;
        await bulk.InsertAsync(db, entries, cancellationToken);
        if (CommandOutcome.Current is not { } outcome)
            return;
        foreach (var entry in entries)      // what is written down of a command is what its sender is told
            outcome.Add(entry.SubjectKind, entry.SubjectId, entry.What, Told(entry, entry.Before), Told(entry, entry.After));
    }

    /// <summary>An outcome lies in a queue of its own, where nobody erases it: what names the customer is masked in it.</summary>
    static string? Told(AuditEntry entry, string? members)
    {
        if (entry.SubjectKind != AuditSubject.Account || members is null || JsonNode.Parse(members) is not JsonObject told)
            return members;
        foreach (var (name, value) in told.Where(member => member.Key is "name" or "taxId").ToList())
            told[name] = value is null ? null : Masked.Name(value.ToString());
        return told.ToJsonString(Json);
    }

    public Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken) => WriteAsync([entry], cancellationToken);
}
