using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Hosting.Http;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Histories;
using Billing.MonthClose.Collect.Collecting;
using Billing.Views.MonthClose;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Replaying;

/// <summary>A run, a collection or a charge inquiry, built anew from its messages. Nothing is written.</summary>
static class ReplayEndpoints
{
    public static void AddReplaying(this IServiceCollection services) => services.AddScoped<SagaReplay>();

    public static void MapReplaying(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/api/replay/runs/{period}", async Task<IResult> (string period, string? at, MonthCloseDbContext db, SagaReplay replay,
            CancellationToken stopping) =>
            BillingPeriod.TryParse(period, out var month)
                ? await OfAsync<RunState>("Run", RunState.IdOf(month.ToString()), at, db, replay, stopping) : QueryPeriod.Refuse(period))
            .Produces<ReplayView>();
        reads.MapGet("/api/replay/collections/{**id:minlength(1)}", async (string id, string? at, MonthCloseDbContext db, SagaReplay replay,
            CancellationToken stopping) =>
            await OfAsync<CollectionState>("Collection", Guid.TryParse(id, out var invoice) ? invoice
                : await db.Invoices.Where(one => one.Number == id).Select(one => one.InvoiceId).SingleOrDefaultAsync(stopping), at, db, replay, stopping))
            .Produces<ReplayView>();
        reads.MapGet("/api/replay/inquiries/{id:guid}", (Guid id, string? at, MonthCloseDbContext db, SagaReplay replay, CancellationToken stopping) =>
            OfAsync<ChargeInquiryState>("ChargeInquiry", id, at, db, replay, stopping)).Produces<ReplayView>();
    }

    static async Task<IResult> OfAsync<TSaga>(
        string name, Guid id, string? at, MonthCloseDbContext db, SagaReplay replay, CancellationToken cancellationToken)
        where TSaga : class, ISaga
    {
        if (!QueryInstant.TryRead(at, out var moment))
            return TypedResults.BadRequest(QueryInstant.Refusal(nameof(at), at));
        var newest = new Queue<ReplayedMessage>();
        var replayed = await replay.OfAsync<TSaga>(id, moment, (entry, change) =>
        {
            newest.Enqueue(ToView(entry, change));
            if (newest.Count > ReplayView.MostMessages)
                newest.Dequeue();
        }, cancellationToken);
        if (replayed.Messages == 0)
            return TypedResults.NotFound();
        return TypedResults.Ok(new ReplayView
        {
            Saga = name,
            SagaId = id,
            At = moment,
            Messages = replayed.Messages,
            From = replayed.From,
            IsWhole = replayed.IsWhole,
            State = replayed.State.ToDictionary(member => member.Key, member => member.Value?.Deserialize<JsonElement>()),
            Differences = [.. replayed.Differences.Select(one =>
                new ReplayDifference(one.Member, SagaImage.Shown(one.Replayed), SagaImage.Shown(one.Stored), one.When))],
            Newest = [.. newest.TakeLast(Math.Min(newest.Count, replayed.Messages))],
            Chunks = typeof(TSaga) == typeof(RunState) && moment is null ? await ChunksAsync(id, db, replay, cancellationToken) : null
        });
    }

    static async Task<ReplayedChunks> ChunksAsync(Guid runId, MonthCloseDbContext db, SagaReplay replay, CancellationToken cancellationToken)
    {
        var numbers = await db.Chunks.AsNoTracking().Where(chunk => chunk.RunId == runId).OrderBy(chunk => chunk.Number)
            .ToDictionaryAsync(chunk => chunk.CorrelationId, chunk => chunk.Number, cancellationToken);
        var replayed = await replay.OfManyAsync<ChunkState>(numbers.Keys, cancellationToken);
        return new ReplayedChunks(replayed.Values.Count(one => one.Messages > 0), replayed.Values.Sum(one => one.Messages),
            [.. replayed.SelectMany(one => one.Value.Differences.Select(difference => $"chunk {numbers[one.Key]}: {difference}"))]);
    }

    static ReplayedMessage ToView(SagaEntry entry, SagaChange change) => new(entry.TakenAt, entry.Message, entry.MessageId, entry.From, entry.To,
        [.. change.After.Where(member => change.Before is not null || member.Value is not null)
            .Select(member => change.Before is null ? $"{member.Key}: {SagaImage.Shown(member.Value)}"
                : $"{member.Key}: {SagaImage.Shown(change.Before[member.Key])} → {SagaImage.Shown(member.Value)}")], change.Message);
}
