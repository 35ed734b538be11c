using Billing.Clock;
using Billing.Contracts.Scheduling.V1;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Scheduler.Advancing;

/// <summary>The row of the clock. Whoever moves it says how far ahead he believes it is, so of several who do at once one succeeds.</summary>
sealed class ClockBook(Transactions<SchedulerDbContext> transactions, IBulkWriter bulk, IOptions<ClockOptions> options, TestClock clock)
{
    public Task<TestClockState> ReadAsync(CancellationToken cancellationToken) => transactions.RunAsync(async db =>
    {
        if (await db.Clock.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } state)
            return state;
        var ahead = options.Value.Start - clock.Machine.GetUtcNow();
        await bulk.InsertNewAsync(db, [new TestClockState { Ahead = ahead > TimeSpan.Zero ? ahead.Value : TimeSpan.Zero }], cancellationToken);
        return await db.Clock.AsNoTracking().SingleAsync(cancellationToken);
    }, cancellationToken);

    /// <returns>False when another has moved it meanwhile.</returns>
    public Task<bool> MoveAsync(TimeSpan from, TimeSpan ahead, CancellationToken cancellationToken) => transactions.RunAsync(async db =>
        await db.Clock.Where(state => state.Ahead == from).ExecuteUpdateAsync(
            set => set.SetProperty(state => state.Ahead, ahead).SetProperty(state => state.Moves, state => state.Moves + 1), cancellationToken) == 1,
        cancellationToken);

    /// <summary>The clock has come where it was sent, unless it was sent farther meanwhile.</summary>
    public Task<bool> ArriveAsync(DateTimeOffset target, CancellationToken cancellationToken) => transactions.RunAsync(async services =>
    {
        var db = services.GetRequiredService<SchedulerDbContext>();
        var state = await db.Clock.ForUpdate().SingleAsync(cancellationToken);
        if (state.Target != target)
            return false;
        await services.GetRequiredService<IPublishEndpoint>().Publish(
            new ClockAdvanced { From = state.SentFrom ?? target, To = target, Moves = state.Moves }, cancellationToken);
        (state.Target, state.SentFrom) = (null, null);
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }, cancellationToken);
}
