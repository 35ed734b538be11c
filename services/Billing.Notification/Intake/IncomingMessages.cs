using System.Text.Json;
using Billing.Contracts;
using Billing.Contracts.Notification.V1;
using Billing.Hosting.Identity;
using Billing.Hosting.Texts;
using Billing.Hosting.Validation;
using Billing.Notification.Messages;
using Billing.Notification.Writing;
using Billing.Sealing;

namespace Billing.Notification.Intake;

/// <summary>Turns a request into a row, whatever is wrong with it: a message that cannot be sent is kept as failed, with the reason.</summary>
static class IncomingMessages
{
    /// <summary>A year: contact data is no longer to be trusted by then.</summary>
    static readonly TimeSpan LongestDelay = TimeSpan.FromDays(366);

    public static OutgoingMessage Read(SendEmail email, DateTimeOffset now) => Read(new ListedRecord<SendEmail>(0, email, [], null), default, now);

    /// <param name="told">As it was asked for; members that the contract requires may still be missing inside a list.</param>
    /// <param name="ifUnnamed">The id under which it is kept when it brings none.</param>
    /// <param name="now">When it came.</param>
    public static OutgoingMessage Read(ListedRecord<SendEmail> told, Guid ifUnnamed, DateTimeOffset now)
    {
        var (email, locked) = Opened(told.Record, ContactSeal.Current.Open, shut => shut with { To = "", Subject = null, Text = null, Values = null });
        var unread = told.Unreadable.Count > 0 ? told.Unreadable.Select(value => value.ToString()) : null;
        return Row(Channel.Email, email.NotificationId, ifUnnamed, email.WorkspaceId,
            MailAddress.ToAscii(email.To) ?? email.To,
            new Asked(email.Priority, email.SendAt, email.Deduplication), now, unread ?? locked ?? WrongWith(email)) with
        {
            Template = Kept(email.Template, MessageBounds.LongestTemplate),
            Values = email.Values,
            Subject = Kept(email.Subject, MessageBounds.LongestSubject),
            Text = Kept(email.Text)
        };
    }

    public static OutgoingMessage Read(SendSms sms, DateTimeOffset now)
    {
        (var open, var locked) = Opened(sms, ContactSeal.Current.Open, shut => shut with { To = "", Text = "" });
        return Row(Channel.Sms, open.NotificationId, default, open.WorkspaceId, open.To, new Asked(open.Priority, open.SendAt, open.Deduplication), now,
            locked ?? WrongWith(open)) with
        { Text = Kept(open.Text) };
    }

    /// <summary>Opens what its sender sealed. A message that cannot be opened fails alone.</summary>
    static (T Message, IEnumerable<string>? Locked) Opened<T>(T message, Func<T, T> open, Func<T, T> shut)
        where T : class
    {
        try
        {
            return (open(message), null);
        }
        catch (Exception trouble) when (trouble is SealException or JsonException)
        {
            return (shut(message), [trouble is SealException ? trouble.Message : "Values are sealed, and hold no values."]);
        }
    }

    /// <summary>The id of a message that came without one: always the same when the same list comes again.</summary>
    public static Guid Unnamed(Guid listId, int position) =>
        DeterministicGuid.Of($"notification:{listId}:{position}");

    /// <summary>When and in which order it is to leave, and what others mean the same.</summary>
    sealed record Asked(int? Priority, DateTimeOffset? SendAt, Deduplication? Deduplication);

    static OutgoingMessage Row(Channel channel, Guid id, Guid ifUnnamed, string? workspaceId, string? to, Asked asked, DateTimeOffset now,
        IEnumerable<string> wrong)
    {
        var isNamed = id != Guid.Empty;
        wrong = [.. wrong, .. WrongWith(asked, now)];
        var reasons = string.Join(' ', isNamed || wrong.Any(IsAboutId) ? wrong : wrong.Prepend("NotificationId is missing; expected a value."));
        return new OutgoingMessage
        {
            NotificationId = isNamed ? id : ifUnnamed,
            Channel = channel,
            WorkspaceId = Kept(workspaceId, MessageBounds.LongestWorkspaceId) ?? "",
            Recipient = Kept(to, MessageBounds.LongestRecipient) ?? "",
            State = reasons.Length > 0 ? MessageState.Failed : asked.SendAt > now ? MessageState.Deferred : MessageState.Queued,
            Priority = reasons.Length == 0 ? asked.Priority ?? OutgoingMessage.DefaultPriority : OutgoingMessage.DefaultPriority,
            DueAt = reasons.Length == 0 && asked.SendAt > now ? asked.SendAt.Value.ToUniversalTime() : null,
            Since = reasons.Length == 0 && asked.SendAt > now ? asked.SendAt.Value.ToUniversalTime() : null,
            Same = reasons.Length == 0 && asked.Deduplication is { } same
                ? new SameMeaning(same.Key, Enum.Parse<DeduplicationMode>(same.Mode, ignoreCase: true), same.For ?? TimeSpan.Zero) : null,
            Reason = reasons.Length == 0 ? null : Kept(reasons, MessageBounds.LongestReason),
            QueuedAt = now,
            EndedAt = reasons.Length == 0 ? null : now
        };
    }

    static IEnumerable<string> WrongWith(SendEmail email)
    {
        if (WrongWithWorkspace(email.WorkspaceId) is { } workspace)
            yield return workspace;
        if (MailAddress.ToAscii(email.To) is null)
            yield return $"To is {Shown(email.To, Masked.Email)}; expected an e-mail address such as jane@example.com.";
        if (email.Template is { } template)
        {
            if (Templates.Refusal(template, email.Values) is { } refusal)
                yield return refusal;
        }
        else
        {
            if (string.IsNullOrWhiteSpace(email.Subject) || email.Subject.Length > MessageBounds.LongestSubject)
                yield return $"Subject is {Length(email.Subject)}; expected 1 to {MessageBounds.LongestSubject} characters, or a Template.";
            if (string.IsNullOrWhiteSpace(email.Text) || email.Text.Contains('\0', StringComparison.Ordinal))
                yield return $"Text is {Length(email.Text)}; expected readable characters, or a Template.";
        }
    }

    static IEnumerable<string> WrongWith(SendSms sms)
    {
        if (WrongWithWorkspace(sms.WorkspaceId) is { } workspace)
            yield return workspace;
        if (!RecipientNumber.IsInternational(sms.To))
            yield return $"To is {Shown(sms.To, Masked.Phone)}; expected a number such as +4930123456.";
        if (string.IsNullOrWhiteSpace(sms.Text) || sms.Text.Length > MessageBounds.LongestSms || sms.Text.Contains('\0', StringComparison.Ordinal))
            yield return $"Text is {Length(sms.Text)}; expected 1 to {MessageBounds.LongestSms} readable characters.";
    }

    static IEnumerable<string> WrongWith(Asked asked, DateTimeOffset now)
    {
        if (asked.Priority is < 0 or > 9)
            yield return $"Priority is {asked.Priority}; expected 0 to 9.";
        if (asked.SendAt > now + LongestDelay)
            yield return $"SendAt is {asked.SendAt:yyyy-MM-dd'T'HH:mm:ssK}; expected a time within {LongestDelay.TotalDays:0} days.";
        if (asked.Deduplication is not { } same)
            yield break;
        if (string.IsNullOrWhiteSpace(same.Key) || same.Key.Length > SameMeaning.LongestKey || same.Key.Contains('\0', StringComparison.Ordinal))
            yield return $"Deduplication.Key is {Length(same.Key)}; expected 1 to {SameMeaning.LongestKey} characters.";
        if (!Enum.GetNames<DeduplicationMode>().Contains(same.Mode, StringComparer.OrdinalIgnoreCase))
            yield return $"Deduplication.Mode is \"{Kept(same.Mode, 32)}\"; expected {string.Join(", ", Enum.GetNames<DeduplicationMode>())}.";
        else if (!same.Mode.Equals(nameof(DeduplicationMode.Simple), StringComparison.OrdinalIgnoreCase)
            && !(same.For >= TimeSpan.FromSeconds(1) && same.For <= SameMeaning.Longest))
            yield return $"Deduplication.For is {(same.For is { } span ? $"{span:c}" : "missing")}; "
                + $"expected 1 second to {SameMeaning.Longest.TotalDays:0} days.";
    }

    static string? WrongWithWorkspace(string? id) =>
        ExternalId.IsValid(id) ? null : $"WorkspaceId is {Length(id)}; expected {ExternalId.Expected}.";

    static bool IsAboutId(string reason) => reason.StartsWith(nameof(SendEmail.NotificationId), StringComparison.Ordinal);

    static string Shown(string? value, Func<string, string> mask) => string.IsNullOrEmpty(value) ? "missing" : $"\"{mask(value)}\"";

    static string Length(string? value) => string.IsNullOrEmpty(value) ? "missing" : $"{value.Length} characters long";

    // PostgreSQL keeps no NUL in a text, and one bad message must not fail the statement that stores its neighbours
    static string? Kept(string? value, int longest = int.MaxValue) => value?.Replace('\0', '\uFFFD').ShortenedTo(longest);
}
