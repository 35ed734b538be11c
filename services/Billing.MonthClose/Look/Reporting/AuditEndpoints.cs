using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Hosting.Http;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.Views.MonthClose;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

static class AuditEndpoints
{
    /// <summary>Rows of a page when none is asked for; enough for an account's month.</summary>
    const int DefaultLimit = 100;

    /// <summary>Rows of a page at most: a page stays a quick read of an index.</summary>
    const int LargestLimit = 1000;

    public static void MapAuditing(this WebApplication app) =>
        app.MapGroup("").Needs(Rights.Read).MapGet("/api/audit", async Task<Results<Ok<AuditPage>, BadRequest<string>>> (
            MonthCloseDbContext db, Caller caller, CancellationToken stopping, string? account, string? subject, string? kind, string? from, string? to,
                string? after, int? limit) =>
        {
            if (limit is < 1 or > LargestLimit)
                return TypedResults.BadRequest($"limit is \"{limit}\"; expected 1 to {LargestLimit}");
            var cursor = Cursor.Parse(after);
            if (after is { Length: > 0 } && cursor is null)
                return TypedResults.BadRequest($"after is \"{after}\"; expected what the page before gave as next");

            if (!QueryInstant.TryRead(from, out var first))
                return TypedResults.BadRequest(QueryInstant.Refusal(nameof(from), from));
            if (!QueryInstant.TryRead(to, out var end))
                return TypedResults.BadRequest(QueryInstant.Refusal(nameof(to), to));

            var entries = db.Audit.AsNoTracking();
            if (account is { Length: > 0 })
                entries = entries.Where(entry => entry.AccountId == account);
            if (subject is { Length: > 0 })
                entries = entries.Where(entry => entry.SubjectId == subject);
            if (kind is { Length: > 0 })
                entries = entries.Where(entry => entry.SubjectKind == kind);
            if (first is not null)
                entries = entries.Where(entry => entry.At >= first);
            if (end is not null)
                entries = entries.Where(entry => entry.At < end);
            if (cursor is { } last)
                entries = entries.Where(entry => entry.At < last.At || (entry.At == last.At && entry.Id.CompareTo(last.Id) < 0));

            var size = limit ?? DefaultLimit;
            var page = await entries.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id).Take(size + 1).ToListAsync(stopping);
            var more = page.Count > size;
            return TypedResults.Ok(new AuditPage([.. page.Take(size).Select(entry => ToView(entry, caller))],
                more ? new Cursor(page[size - 1].At, page[size - 1].Id).ToString() : null));
        });

    static AuditView ToView(AuditEntry entry, Caller caller) => new(
        entry.Id, entry.At, entry.AccountId, entry.SubjectKind, entry.SubjectId, entry.What, entry.Who, entry.Why,
        Parse(entry.Before, entry.SubjectKind, caller), Parse(entry.After, entry.SubjectKind, caller), entry.MessageId, entry.CorrelationId);

    static JsonElement? Parse(string? json, string subjectKind, Caller caller)
    {
        if (json is null)
            return null;
        if (subjectKind != AuditSubject.Account || caller.May(Rights.Personal) || JsonNode.Parse(json) is not JsonObject members)
            return JsonSerializer.Deserialize<JsonElement>(json);
        foreach (var (name, value) in members.Where(member => AccountChange.IsPersonal(member.Key)).ToList())
            members[name] = value is null ? null : caller.Shown(value.ToString());
        return JsonSerializer.SerializeToElement(members);
    }

    /// <summary>The last row of a page: the next one begins behind it, whatever was appended meanwhile.</summary>
    readonly record struct Cursor(DateTimeOffset At, Guid Id)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}-{Id:N}");

        public static Cursor? Parse(string? text) =>
            text?.Split('-') is [var ticks, var id] && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && at <= DateTimeOffset.MaxValue.UtcTicks && Guid.TryParseExact(id, "N", out var guid)
                ? new Cursor(new DateTimeOffset(at, TimeSpan.Zero), guid)
                : null;
    }
}
