using System.Globalization;
using System.Text.Json;
using Billing.Contracts;
using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Usage;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Intake.Usage;

/// <summary>Takes usage in. A bad record is kept with its reason and holds up no other; the same record twice counts once.</summary>
sealed class RecordUsageConsumer(MonthCloseDbContext db, IBulkWriter bulk, TimeProvider clock) : IConsumer<RecordUsage>
{
    public async Task Consume(ConsumeContext<RecordUsage> context)
    {
        var (told, cancellationToken) = (context.Message, context.CancellationToken);
        var now = clock.GetUtcNow();

        // Under the lock that an invoice takes too: a record is either before it, or goes to the next period.
        var records = RecordList.Of(told.Records);
        var ids = records.Select(one => one.Record.AccountId).Where(ExternalId.IsValid).Distinct().ToList();
        var accounts = await db.Accounts.Where(account => ids.Contains(account.AccountId)).OrderBy(account => account.AccountId)
            .AsNoTracking().ForUpdate().ToDictionaryAsync(account => account.AccountId, cancellationToken);

        var hourly = await HourlyCodesAsync(records.Select(one => one.Record), cancellationToken);
        var (taken, rejected) = (new List<UsageEntry>(records.Count), new List<RejectedUsageEntry>());
        var reasons = new List<RejectedUsage>();
        foreach (var one in records)
        {
            var account = one.Record.AccountId is { } id ? accounts.GetValueOrDefault(id) : null;
            if (UsageDecision.Decide(one, account, now, hourly, out var entries) is { } reason)
            {
                reasons.Add(reason);
                rejected.Add(Keep(one, reason, told.Reference, now));
            }
            else
                taken.AddRange(entries);
        }

        IReadOnlyList<UsageEntry> recorded = taken.Count == 0 ? [] :
            await bulk.InsertNewAsync(db, taken.OrderBy(entry => entry.AccountId, StringComparer.Ordinal).ThenBy(entry => entry.UsageId, StringComparer.Ordinal)
                .ToList(), cancellationToken);
        if (rejected.Count > 0)
            await bulk.InsertAsync(db, rejected, cancellationToken);

        var answer = new UsageRecorded
        {
            Reference = told.Reference,
            Recorded = recorded.Count(IsRecord),
            Duplicates = taken.Count(IsRecord) - recorded.Count(IsRecord),
            Late = recorded.Count(entry => IsRecord(entry) && entry.BillingPeriod != entry.ServicePeriod),
            Rejected = [.. reasons]
        };
        await context.Publish(answer, cancellationToken);
        TellOutcome(answer);
    }

    static void TellOutcome(UsageRecorded answer)
    {
        if (answer.Recorded > 0)
            CommandOutcome.Changed("usage", answer.Reference ?? "", "recorded", after: new { answer.Recorded, answer.Duplicates, answer.Late });
        foreach (var one in answer.Rejected)
            CommandOutcome.Changed("usage", one.UsageId, $"rejected: {one.Field} is \"{one.Value}\"; expected {one.Expected}.");
        CommandOutcome.Unchanged("every record was taken before");
    }

    static bool IsRecord(UsageEntry entry) => entry.Part == 0;

    /// <summary>The codes, with their currencies, that are priced by the hour as of now.</summary>
    async Task<HashSet<(string Code, string Currency)>> HourlyCodesAsync(IEnumerable<UsageRecord> records, CancellationToken cancellationToken)
    {
        var codes = records.Select(record => record.PriceCode).OfType<string>().Where(code => code.IsStorable()).Distinct().ToList();
        if (codes.Count == 0)
            return [];
        var latest = db.Prices.Where(price => codes.Contains(price.PriceCode)).GroupBy(price => new { price.PriceCode, price.Currency })
            .Select(versions => versions.Max(price => price.Version));
        return (await db.Prices.Where(price => latest.Contains(price.Version) && price.Model == PriceModel.Hourly)
            .Select(price => new { price.PriceCode, price.Currency }).ToListAsync(cancellationToken))
            .Select(price => (price.PriceCode, price.Currency)).ToHashSet();
    }

    static RejectedUsageEntry Keep(ListedRecord<UsageRecord> told, RejectedUsage reason, string? reference, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        AccountId = Cut(reason.AccountId, ExternalId.Longest)!,
        UsageId = Cut(reason.UsageId, ExternalId.Longest)!,
        Field = reason.Field,
        Value = Cut(reason.Value, 400),
        Expected = reason.Expected,
        Record = told.Json ?? JsonSerializer.Serialize(told.Record),
        Reference = Cut(reference, int.MaxValue),
        ReceivedAt = now
    };

    static string? Cut(string? text, int longest) => (text is null || text.Length <= longest ? text : text[..longest])?.Replace('\0', '\uFFFD');
}

/// <summary>Whether a record can be billed, and when.</summary>
public static class UsageDecision
{
    static readonly TimeSpan LongestUse = TimeSpan.FromDays(366);

    /// <summary>What cannot be read of a record is refused before anything else of it is looked at.</summary>
    public static RejectedUsage? Decide(ListedRecord<UsageRecord> told, Account? account, DateTimeOffset now,
        IReadOnlySet<(string Code, string Currency)> hourly, out IReadOnlyList<UsageEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(told);
        entries = [];
        return (told.Unreadable is not [var value, ..] ? Decide(told.Record, account, now, hourly, out entries) : new RejectedUsage
        {
            UsageId = told.Record.UsageId ?? "",
            AccountId = told.Record.AccountId ?? "",
            Field = value.Field,
            Value = value.Value,
            Expected = value.Expected
        }) is { } reason ? reason with { Index = told.Index } : null;
    }

    /// <param name="record">As it was told.</param>
    /// <param name="account">Whose use it is; null when nobody of that id is registered.</param>
    /// <param name="now">When it was told.</param>
    /// <param name="hourly">Price codes and currencies that are priced by the hour.</param>
    /// <param name="entries">What to keep: one entry for each month in which an hour of it begins.</param>
    /// <returns>Why it cannot be taken, or null.</returns>
    public static RejectedUsage? Decide(UsageRecord record, Account? account, DateTimeOffset now, IReadOnlySet<(string Code, string Currency)> hourly,
        out IReadOnlyList<UsageEntry> entries)
    {
        entries = [];
        RejectedUsage Because(string field, object? value, string expected) => new()
        {
            UsageId = record.UsageId ?? "",
            AccountId = record.AccountId ?? "",
            Field = field,
            Value = Convert.ToString(value, CultureInfo.InvariantCulture),
            Expected = expected
        };

        if (!ExternalId.IsValid(record.UsageId))
            return Because(nameof(record.UsageId), record.UsageId, ExternalId.Expected);
        if (account is null)
            return Because(nameof(record.AccountId), record.AccountId, "an account that is registered");
        if (record.StartedAt.Year is < 2000 or >= 2200)
            return Because(nameof(record.StartedAt), record.StartedAt.ToString("O"), "an instant from 2000 on, with its offset");
        var (start, end) = (record.StartedAt.ToUniversalTime(), (record.EndedAt ?? record.StartedAt).ToUniversalTime());
        if (end < start || end.Year >= 2200)
            return Because(nameof(record.EndedAt), record.EndedAt?.ToString("O"), "an instant not before StartedAt, and before 2200");
        if (!record.Quantity.FitsQuantity())
            return Because(nameof(record.Quantity), record.Quantity, "at most 15 digits before the point and 12 behind it");
        foreach (var (field, value, longest) in new[] { (nameof(record.PriceCode), record.PriceCode, 64), (nameof(record.ResourceId), record.ResourceId, 256),
                     (nameof(record.Category), record.Category, 32), (nameof(record.ServiceName), record.ServiceName, 200),
                         (nameof(record.Sku), record.Sku, 128), (nameof(record.Description), record.Description, int.MaxValue) })
            if (value is not null && (value.Length > longest || !value.IsStorable()))
                return Because(field, value, $"at most {longest} characters");

        if (record.Cost is { } cost)
        {
            if (record.Currency != account.Currency)
                return Because(nameof(record.Currency), record.Currency, $"the account's currency {account.Currency}");
            if (!cost.FitsFullPrecision())
                return Because(nameof(record.Cost), cost, "at most 9 digits before the point and 18 behind it");
        }
        else
        {
            if (string.IsNullOrWhiteSpace(record.PriceCode))
                return Because(nameof(record.PriceCode), record.PriceCode, "a price code, or a Cost that was rated elsewhere");
            if (record.Quantity < 0)
                return Because(nameof(record.Quantity), record.Quantity, "zero or more; a correction is a rated Cost");
            if (end - start > LongestUse)
                return Because(nameof(record.EndedAt), record.EndedAt?.ToString("O"), "an instant at most 366 days after StartedAt");
            if (record.EndedAt is null && hourly.Contains((record.PriceCode, account.Currency)))
                return Because(nameof(record.EndedAt), null, $"the instant at which the use ended; {record.PriceCode} is priced by the hour");
        }

        entries = EntriesOf(record, account, start, end, now);
        return null;
    }

    /// <summary>
    /// A record over the edge of a month is kept once for each month in which an hour of it begins, so that each month's hours have that month's cap.
    /// Its quantity and its cost stand in the month in which it began.
    /// </summary>
    static List<UsageEntry> EntriesOf(UsageRecord record, Account account, DateTimeOffset start, DateTimeOffset end, DateTimeOffset now)
    {
        var entries = new List<UsageEntry>();
        var hours = (long)Math.Ceiling((end - start).TotalHours);
        var month = BillingPeriod.Containing(start, account.TimeZone);
        for (var counted = 0L; entries.Count == 0 || (counted < hours && record.Cost is null); month = month.Next)
        {
            var until = record.Cost is null ? Math.Min(hours, (long)Math.Ceiling((month.EndsAt(account.TimeZone) - start).TotalHours)) : hours;
            entries.Add(EntryOf(record, account, (entries.Count, month, until - counted), start, end, now));
            counted = until;
        }

        return entries;
    }

    /// <summary>A late record goes to the month after the last that was invoiced; its days stay those of its use.</summary>
    static UsageEntry EntryOf(
        UsageRecord record, Account account, (int Number, BillingPeriod Month, long Hours) part, DateTimeOffset start, DateTimeOffset end, DateTimeOffset now)
    {
        var whole = part.Number == 0;
        var lastDay = end > start ? Zones.DayOf(end.AddTicks(-1), account.TimeZone) : Zones.DayOf(start, account.TimeZone);
        return new UsageEntry
        {
            AccountId = account.AccountId,
            UsageId = record.UsageId!,
            Part = part.Number,
            ServicePeriod = part.Month.Number,
            BillingPeriod = Math.Max(part.Month.Number, account.InvoicedThrough == 0 ? 0 : BillingPeriod.FromNumber(account.InvoicedThrough).Next.Number),
            FirstDay = whole ? Zones.DayOf(start, account.TimeZone) : part.Month.FirstDay,
            LastDay = record.Cost is null && lastDay > part.Month.LastDay ? part.Month.LastDay : lastDay,
            PriceCode = record.Cost is null ? record.PriceCode : null,
            Quantity = whole ? record.Quantity : 0,
            StartedHours = part.Hours,
            ResourceId = record.ResourceId,
            Cost = record.Cost,
            Category = record.Cost is null ? null : record.Category,
            ServiceName = record.Cost is null ? null : record.ServiceName,
            Sku = record.Cost is null ? null : record.Sku,
            Description = record.Cost is null ? null : record.Description is { Length: > 400 } text ? text[..400] : record.Description,
            StartedAt = start,
            EndedAt = end,
            ReceivedAt = now
        };
    }
}

sealed class RecordUsageValidator : AbstractValidator<RecordUsage>
{
    public RecordUsageValidator()
    {
        RuleFor(x => x.Records).Must(records => records is { Length: > 0 and <= 1000 }).Expected("1 to 1,000 records");
        RuleFor(x => x.Reference).Must(reference => reference is null or { Length: <= 500 }).Expected("at most 500 characters");
    }
}
