using Billing.Hosting.Restoring;
using Billing.Notification.Messages;
using Billing.Notification.Metrics;
using Billing.Notification.Queueing;
using Billing.Notification.Settings;
using Billing.Notification.Tiering;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Sending;

/// <summary>Takes messages from the queue for this process: by turns over all processes, in one short transaction, under a lease.</summary>
sealed class MessageClaims(
    Transactions<NotificationDbContext> transactions, IServiceScopeFactory scopes, IBulkWriter bulk, IDatabaseClock databaseClock, Allowances allowances,
    FigureRecorder figures, Restorations<NotificationDbContext> restorations, IOptions<SendingOptions> options, TimeProvider clock)
{
    readonly SendingOptions _options = options.Value;

    /// <summary>
    /// True when something waits for its turn, or is due; two looks at the top of an index. Of messages that were brought back from a backup nothing is taken
    /// until a person has released them.
    /// </summary>
    public async Task<bool> IsSomethingWaitingAsync(Channel channel, CancellationToken cancellationToken)
    {
        if (await restorations.IsHeldAsync(cancellationToken))
            return false;
        await using var scope = scopes.CreateAsyncScope();
        var (db, now) = (scope.ServiceProvider.GetRequiredService<NotificationDbContext>(), clock.GetUtcNow());
        return await BacklogQueries.FirstInLine(db, channel).FirstOrDefaultAsync(cancellationToken) is not null
            || await BacklogQueries.FirstDue(db, channel).FirstOrDefaultAsync(cancellationToken) <= now;
    }

    /// <summary>Takes what is next. The round's row is locked meanwhile, so all processes together keep one order of turns.</summary>
    /// <param name="channel">Of which channel.</param>
    /// <param name="room">How many at most.</param>
    /// <param name="roomOf">How many of a workspace at most, by what this process has of it already; null when that does not matter.</param>
    /// <param name="cancellationToken">Ends it; nothing is taken then.</param>
    public Task<Claim> ClaimAsync(
        Channel channel, int room, Func<string, int?> roomOf, CancellationToken cancellationToken) => transactions.RunAsync(async db =>
    {
        var round = await LockRoundAsync(db, channel, cancellationToken);
        var now = clock.GetUtcNow();
        await QueueWhatIsDueAsync(db, channel, now, cancellationToken);
        var (turns, lookAgainAt, isHeldBack) = await TakeTurnsAsync(db, round, room, roomOf, now, cancellationToken);
        var messages = turns.Count == 0 ? [] : await PickAsync(db, channel, turns, now + _options.Lease, cancellationToken);
        return new Claim(messages, lookAgainAt, isHeldBack);
    }, cancellationToken);

    async Task<Round> LockRoundAsync(NotificationDbContext db, Channel channel, CancellationToken cancellationToken)
    {
        var rounds = db.Rounds.Where(x => x.Channel == channel).ForUpdate();
        if (await rounds.SingleOrDefaultAsync(cancellationToken) is { } round)
            return round;
        await bulk.InsertNewAsync(db, [new Round { Channel = channel }], cancellationToken);
        return await rounds.SingleAsync(cancellationToken);
    }

    /// <summary>Deferred messages whose time has come, and what a dead process had, wait for their turn like all others.</summary>
    static Task<int> QueueWhatIsDueAsync(NotificationDbContext db, Channel channel, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Messages.Where(message => message.Channel == channel && message.DueAt <= now).ExecuteUpdateAsync(
            set => set.SetProperty(message => message.State, MessageState.Queued)
                .SetProperty(message => message.DueAt, (DateTimeOffset?)null), cancellationToken);

    async Task<(List<Turn> Turns, DateTimeOffset? LookAgainAt, bool IsHeldBack)> TakeTurnsAsync(
        NotificationDbContext db, Round round, int room, Func<string, int?> roomOf, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var turns = new List<Turn>();
        var isHeldBack = false;
        DateTimeOffset? lookAgainAt = null;
        var state = new RoundState(round.Last, round.Deficit);
        var databaseNow = await databaseClock.NowAsync(db, cancellationToken);
        var ring = new Ring(db, round.Channel, state);
        for (var isFirst = true; room > 0 && !ring.IsOver; isFirst = false)
        {
            var (ready, look) = ReadyOf(await ring.NextAsync(room, cancellationToken), now);
            lookAgainAt = look < (lookAgainAt ?? DateTimeOffset.MaxValue) ? look : lookAgainAt;
            var allowed = await allowances.ApplyAsync(db, round.Channel, ready, _options.Batch.Least, databaseNow, cancellationToken);
            List<Backlog> bound = [.. allowed.Select(x => roomOf(x.WorkspaceId) is { } most && most < (x.Room ?? x.Waiting) ? x with { Room = most } : x)];
            isHeldBack |= bound.Where((x, at) => x.Room != allowed[at].Room).Any();
            (var some, state) = FairTurns.Take(bound, isFirst && ring.IsOver, room, state);
            Allowances.Spend(db, round.Channel, allowed, some);
            await figures.OverOwnLimitAsync(db, round.Channel, [.. allowed.Where(x => x.Room < x.Waiting)], cancellationToken);
            turns.AddRange(some);
            room -= some.Sum(turn => turn.Messages);
        }

        (round.Last, round.Deficit) = (state.Last, state.Deficit);
        return (turns, lookAgainAt, isHeldBack);
    }

    /// <summary>The workspaces with enough for a batch, and when the first of the others has waited long enough for company.</summary>
    (List<Backlog> Ready, DateTimeOffset? LookAgainAt) ReadyOf(List<Waiting> page, DateTimeOffset now)
    {
        var ready = new List<Backlog>(page.Count);
        DateTimeOffset? lookAgainAt = null;
        foreach (var waiting in page)
        {
            var (take, look) = BatchSize.Decide(waiting.Count, waiting.Oldest, now, _options.Batch);
            if (take > 0)
                ready.Add(new Backlog { WorkspaceId = waiting.WorkspaceId, Waiting = waiting.Count });
            else if (look < (lookAgainAt ?? DateTimeOffset.MaxValue))
                lookAgainAt = look;
        }

        return (ready, lookAgainAt);
    }

    async Task<IReadOnlyList<ClaimedMessage>> PickAsync(
        NotificationDbContext db, Channel channel, List<Turn> turns, DateTimeOffset leaseEnd, CancellationToken cancellationToken)
    {
        var counts = turns.GroupBy(turn => turn.WorkspaceId).ToDictionary(group => group.Key, group => group.Sum(turn => turn.Messages));
        var picked = await BacklogQueries.PickAsync(db, channel, counts, cancellationToken);
        foreach (var message in picked)
            (message.State, message.DueAt) = (MessageState.Collected, leaseEnd);
        await bulk.UpdateAsync(db, picked, message => new { message.State, message.DueAt }, cancellationToken);
        return InOrder(picked, turns, leaseEnd);
    }

    List<ClaimedMessage> InOrder(List<OutgoingMessage> picked, List<Turn> turns, DateTimeOffset leaseEnd)
    {
        var queues = picked.GroupBy(message => message.WorkspaceId).ToDictionary(
            group => group.Key,
            group => new Queue<OutgoingMessage>(group.OrderByDescending(message => message.Priority).ThenBy(message => message.QueuedAt)));
        var batches = queues.ToDictionary(x => x.Key, x => BatchesOf(x.Key, x.Value.Count));
        var messages = new List<ClaimedMessage>(picked.Count);
        foreach (var turn in turns)
            for (var i = 0; i < turn.Messages && queues.TryGetValue(turn.WorkspaceId, out var next) && next.TryDequeue(out var message); i++)
                messages.Add(new ClaimedMessage(message, batches[turn.WorkspaceId].Dequeue(), leaseEnd));

        return messages;
    }

    /// <summary>The batch of each message. A batch holds one workspace, and no more than it may.</summary>
    Queue<MessageBatch> BatchesOf(string workspaceId, int count) =>
        new(Enumerable.Range(0, count).Chunk(_options.Batch.Most)
            .SelectMany(some => Enumerable.Repeat(new MessageBatch(Guid.NewGuid(), workspaceId, some.Length), some.Length)));
}
