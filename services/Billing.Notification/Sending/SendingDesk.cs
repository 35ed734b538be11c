using Billing.Notification.Limiting;
using Billing.Notification.Metrics;
using Billing.Notification.Queueing;
using Billing.Notification.Tiering;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Sending;

/// <summary>
/// Hands messages out to senders by turns, and writes down what they begin and what became of it: each in one short
/// transaction, and with no lock held in between.
/// </summary>
sealed class SendingDesk(IServiceScopeFactory scopes, IBulkWriter bulk, IDatabaseClock databaseClock, Allowances allowances, SentCounter counter, FigureBook figures, IOptions<SendingOptions> options, TimeProvider clock)
{
    readonly SendingOptions _options = options.Value;

    /// <summary>Before this version a retry waited as a queued one.</summary>
    public async Task AdoptAsync(Channel channel, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = clock.GetUtcNow();
        await Db(scope).Messages.Where(message => message.Channel == channel && message.DueAt > now && message.State == MessageState.Queued)
            .ExecuteUpdateAsync(set => set.SetProperty(message => message.State, MessageState.Deferred), cancellationToken);
    }

    /// <summary>True when something waits for its turn, or is due; two looks at the top of an index.</summary>
    public async Task<bool> IsSomethingWaitingAsync(Channel channel, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (messages, now) = (Db(scope).Messages, clock.GetUtcNow());
        return await messages.AnyAsync(message => message.Channel == channel && message.State == MessageState.Queued, cancellationToken)
            || await messages.AnyAsync(message => message.Channel == channel && message.DueAt <= now, cancellationToken);
    }

    /// <summary>Takes what is next by turns, over all processes: the round's row is locked meanwhile.</summary>
    public async Task<Claim> ClaimAsync(Channel channel, int room, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = Db(scope);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var round = await LockRoundAsync(db, channel, cancellationToken);
        var now = clock.GetUtcNow();
        await WakeAsync(db, channel, now, cancellationToken);
        var (turns, lookAgainAt) = await TakeTurnsAsync(db, round, room, now, cancellationToken);
        var messages = await CollectAsync(db, channel, turns, now + _options.Lease, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Claim(messages, lookAgainAt);
    }

    /// <summary>Writes down what became of some messages, and that others are about to be sent. Returns those that may be.</summary>
    public async Task<IReadOnlyList<InHand>> RecordAsync(IReadOnlyList<InHand> ended, IReadOnlyList<InHand> beginning, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = Db(scope);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var (booked, shard) = (new List<EndedCount>(), Shards.Any());
        // one whose lease ended and that another process took is left to that one
        foreach (var group in ended.GroupBy(x => (x.Message.Channel, x.Message.State, x.LeaseEnd)))
        {
            var count = await bulk.UpdateAsync(db, [.. group.Select(x => x.Message)], message => new { message.State, message.DueAt, message.EndedAt, message.Attempt, message.Reason },
                message => message.DueAt, group.Key.LeaseEnd, cancellationToken);
            booked.Add(new EndedCount { Channel = group.Key.Channel, State = group.Key.State, Shard = shard, Count = count });
        }

        var ours = new List<InHand>(beginning.Count);
        foreach (var group in beginning.GroupBy(x => x.LeaseEnd))
        {
            List<InHand> some = [.. group];
            var count = await bulk.UpdateAsync(db, some.ConvertAll(x => x.Message with { State = MessageState.Sending }), message => message.State, message => message.DueAt, group.Key, cancellationToken);
            ours.AddRange(count == some.Count ? some : await StillOursAsync(db, some, group.Key, cancellationToken));
        }

        await BookFiguresAsync(db, ended, booked, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var count in booked)
            counter.Add(count.Channel, count.State, count.Count);
        foreach (var message in ours)
            message.Message.State = MessageState.Sending;
        return ours;
    }

    /// <summary>The one place where figures are booked: in the transaction of the outcomes.</summary>
    async Task BookFiguresAsync(NotificationDbContext db, IReadOnlyList<InHand> ended, List<EndedCount> booked, CancellationToken cancellationToken)
    {
        await bulk.AddUpAsync(db, [.. booked.Where(count => count.State is MessageState.Sent or MessageState.Failed)], count => count.Count, cancellationToken);
        await figures.BookAsync(db, [.. ended.Where(x => x.Took is not null).Select(x => new Handled(x.Message.Channel, x.Message.State == MessageState.Sent, x.Took!.Value))], cancellationToken);
        await figures.ExceedAsync(db, [.. ended.Where(x => x.Exceeded is not null).GroupBy(x => x.Batch).Select(batch =>
            new Exceedance(batch.First().Message.Channel, batch.Key.WorkspaceId, clock.GetUtcNow(), batch.Key.Count, batch.First().Exceeded!))], cancellationToken);
    }

    async Task<Round> LockRoundAsync(NotificationDbContext db, Channel channel, CancellationToken cancellationToken)
    {
        var rounds = db.Rounds.Where(x => x.Channel == channel).ForUpdate();
        if (await rounds.SingleOrDefaultAsync(cancellationToken) is { } round)
            return round;
        await bulk.InsertNewAsync(db, [new Round { Channel = channel }], cancellationToken);
        return await rounds.SingleAsync(cancellationToken);
    }

    /// <summary>What is due joins those who wait for their turn: deferred ones, and what a dead process had.</summary>
    static Task<int> WakeAsync(NotificationDbContext db, Channel channel, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Messages.Where(message => message.Channel == channel && message.DueAt <= now).ExecuteUpdateAsync(
            set => set.SetProperty(message => message.State, MessageState.Queued).SetProperty(message => message.DueAt, (DateTimeOffset?)null), cancellationToken);

    async Task<(List<Turn> Turns, DateTimeOffset? LookAgainAt)> TakeTurnsAsync(NotificationDbContext db, Round round, int room, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var turns = new List<Turn>();
        DateTimeOffset? lookAgainAt = null;
        var state = new RoundState(round.Last, round.Deficit);
        var databaseNow = await databaseClock.NowAsync(db, cancellationToken);
        var ring = new Ring(db, round.Channel, state);
        for (var isFirst = true; room > 0 && !ring.IsOver; isFirst = false)
        {
            var page = await ring.NextAsync(room, cancellationToken);
            var ready = new List<Backlog>(page.Count);
            foreach (var waiting in page)
            {
                var (take, look) = BatchSize.Decide(waiting.Count, waiting.Oldest, now, _options.Batch);
                if (take > 0)
                    ready.Add(new Backlog { WorkspaceId = waiting.WorkspaceId, Waiting = waiting.Count });
                else if (look < (lookAgainAt ?? DateTimeOffset.MaxValue))
                    lookAgainAt = look;
            }

            var allowed = await allowances.ApplyAsync(db, round.Channel, ready, _options.Batch.Least, databaseNow, cancellationToken);
            (var some, state) = FairTurns.Take(allowed, isFirst && ring.IsOver, room, state);
            Allowances.Spend(db, round.Channel, allowed, some);
            await figures.ExceedOwnLimitAsync(db, round.Channel, [.. allowed.Where(x => x.Room < x.Waiting)], cancellationToken);
            turns.AddRange(some);
            room -= some.Sum(turn => turn.Messages);
        }

        (round.Last, round.Deficit) = (state.Last, state.Deficit);
        return (turns, lookAgainAt);
    }

    async Task<IReadOnlyList<InHand>> CollectAsync(NotificationDbContext db, Channel channel, List<Turn> turns, DateTimeOffset leaseEnd, CancellationToken cancellationToken)
    {
        if (turns.Count == 0)
            return [];
        var counts = turns.GroupBy(turn => turn.WorkspaceId).ToDictionary(group => group.Key, group => group.Sum(turn => turn.Messages));
        var picked = await BacklogQueries.PickAsync(db, channel, counts, cancellationToken);
        foreach (var message in picked)
            (message.State, message.DueAt) = (MessageState.Collected, leaseEnd);
        await bulk.UpdateAsync(db, picked, message => new { message.State, message.DueAt }, cancellationToken);

        var inOrder = picked.GroupBy(message => message.WorkspaceId).ToDictionary(
            group => group.Key, group => new Queue<OutgoingMessage>(group.OrderByDescending(message => message.Priority).ThenBy(message => message.QueuedAt)));
        // a batch holds one workspace, and no more than it may
        var batches = inOrder.ToDictionary(x => x.Key, x => BatchesOf(x.Key, x.Value.Count));
        var messages = new List<InHand>(picked.Count);
        foreach (var turn in turns)
            for (var i = 0; i < turn.Messages && inOrder.TryGetValue(turn.WorkspaceId, out var next) && next.TryDequeue(out var message); i++)
                messages.Add(new InHand(message, batches[turn.WorkspaceId].Dequeue(), leaseEnd));

        return messages;
    }

    Queue<MessageBatch> BatchesOf(string workspaceId, int count) =>
        new(Enumerable.Range(0, count).Chunk(_options.Batch.Most).SelectMany(some => Enumerable.Repeat(new MessageBatch(Guid.NewGuid(), workspaceId, some.Length), some.Length)));

    static async Task<IEnumerable<InHand>> StillOursAsync(NotificationDbContext db, List<InHand> some, DateTimeOffset leaseEnd, CancellationToken cancellationToken)
    {
        var ids = some.ConvertAll(x => x.Message.NotificationId);
        var ours = (await db.Messages.Where(message => ids.Contains(message.NotificationId) && message.DueAt == leaseEnd).Select(message => message.NotificationId).ToListAsync(cancellationToken)).ToHashSet();
        return some.Where(x => ours.Contains(x.Message.NotificationId));
    }

    static NotificationDbContext Db(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<NotificationDbContext>();
}
