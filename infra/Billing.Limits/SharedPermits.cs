using Billing.Clock;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Limits;

/// <summary>The limits of a service whose permits its processes hold, by name.</summary>
public interface ISharedPermits
{
    /// <exception cref="ArgumentException">No limit has this name.</exception>
    PermitLimit Of(string name);

    IReadOnlyCollection<string> Names { get; }
}

/// <summary>Shares the permits out with the other processes: each writes how many it holds, under the limit's lock, and never more than are left.</summary>
sealed class SharedPermits<TDbContext> : BackgroundService, ISharedPermits
    where TDbContext : DbContext
{
    /// <summary>How soon a process that holds nothing notices that a limit was changed.</summary>
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    readonly IServiceScopeFactory _scopes;
    readonly IBulkWriter _bulk;
    readonly IDatabaseClock _database;
    readonly Func<CancellationToken, Task> _ready;
    readonly TimeProvider _clock;
    readonly ILogger _log;
    readonly Guid _me = Guid.NewGuid();
    long _beat;
    readonly Dictionary<string, PermitLimit> _limits;

    public SharedPermits(
        IEnumerable<PermitOptions> options, Func<CancellationToken, Task> ready, IServiceScopeFactory scopes, IBulkWriter bulk, IDatabaseClock database,
            PermitCounter counter,
        TimeProvider clock, ILogger<PermitLimit> log)
    {
        clock = clock.OfTheMachine();       // a lease that ended because somebody moved the calendar would be no lease
        (_ready, _scopes, _bulk, _database, _clock, _log) = (ready, scopes, bulk, database, clock, log);
        _limits = options.ToDictionary(option => option.Name, option =>
            new PermitLimit(option, clock, outcome => counter.Ended(option.Name, outcome)), StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyCollection<string> Names => _limits.Keys;

    public PermitLimit Of(string name) => _limits.GetValueOrDefault(name)
        ?? throw new ArgumentException($"No limit is named \"{name}\"; there is {string.Join(", ", _limits.Keys)}.", nameof(name));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _ready(stoppingToken);
        await Task.WhenAll(_limits.Values.Select(limit => KeepAsync(limit, stoppingToken)));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // what is given back here need not be waited out by the others
        await Task.WhenAll(_limits.Values.Select(limit => GiveBackAllAsync(limit, cancellationToken)));
    }

    public override void Dispose()
    {
        foreach (var limit in _limits.Values)
            limit.Dispose();
        base.Dispose();
    }

    async Task KeepAsync(PermitLimit limit, CancellationToken stopping)
    {
        var others = new Beats(limit.Options.Times, _clock);
        while (true)
        {
            var pause = limit.Options.Times.Renewal;
            try
            {
                pause = limit.Options.Kind == LimitKind.Unlimited || limit.Pool is { Held: 0, IsIdle: true } && limit.Options.Advisor is not { IsUrgent: true }
                    ? await LookAsync(limit, stopping)
                    : await RenewAsync(limit, others, stopping);
            }
            catch (Exception away) when (!stopping.IsCancellationRequested)
            {
                _log.CannotShare(limit.Name, away);
            }

            await limit.WaitAsync(pause, _clock, stopping);
        }
    }

    /// <summary>Only reads what is set.</summary>
    async Task<TimeSpan> LookAsync(PermitLimit limit, CancellationToken stopping)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var row = await scope.ServiceProvider.GetRequiredService<TDbContext>().Set<PermitLimitRow>().AsNoTracking()
            .SingleOrDefaultAsync(x => x.Name == limit.Name, stopping);
        Tell(limit, Effective(limit.Options, row));
        return Freshness;
    }

    async Task<TimeSpan> RenewAsync(PermitLimit limit, Beats others, CancellationToken stopping)
    {
        var (options, pool) = (limit.Options, limit.Pool);
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
        // The lease counts from before the renewal; who watches the beat counts from after it.
        var (askedAt, askedOn) = (_clock.GetTimestamp(), _clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        var row = await LockAsync(db, limit.Name, stopping);
        if (row.PermitsOr(options.Permits) is { } permits)
            options.Advisor?.Advise(db, row, permits);
        var setting = Effective(options, row);
        var more = 0;
        var (isShort, isOnRecord) = (false, false);
        if (options.Kind == LimitKind.Bucket)
        {
            more = await TakeTokensAsync(db, row, pool, setting, stopping);
            isShort = true;
        }
        else
        {
            var holders = await db.Set<PermitHolderRow>().Where(x => x.Name == limit.Name).ToListAsync(stopping);
            var mine = holders.Find(x => x.Holder == _me);
            holders.RemoveAll(x => x.Holder == _me);
            db.RemoveRange(others.TakeFromTheDead(holders));
            pool.LoseDownTo(mine?.Count ?? 0);
            if (setting.PerSecond is not { } there)
            {
                pool.LetGo(0);
                isOnRecord = Write(db, limit, mine, 0, 0);
            }
            else
            {
                var wanted = pool.IsIdle ? 0 : pool.Wanted(there);
                var alive = holders.FindAll(others.IsAlive);
                limit.Others = alive.Count(x => x.Wanted > 0);
                var turn = wanted > 0 ? PermitShare.Turn(there, pool.Held, pool.IsForLong, alive.ConvertAll(x => (x.Count, x.Wanted))) : null;
                var target = turn ?? PermitShare.Of(there, [.. alive.Select(x => (x.Holder, x.Wanted)), (_me, wanted)], _me);
                // what the others leave: after the limit was lowered it may be less than nothing, and all come down to their shares
                var left = there - holders.Sum(x => x.Count);
                // nobody is in need of what an idle one would give back, until he says so
                var keeps = !pool.IsIdle && holders.TrueForAll(x => x.Wanted <= x.Count) ? Math.Max(target, Math.Min(pool.Held, left)) : target;
                var held = pool.LetGo(keeps);
                more = Math.Max(0, Math.Min(target, left) - held);
                isShort = held + more < target;
                isOnRecord = Write(db, limit, mine, held + more, wanted);
            }
        }

        limit.IsOnRecord |= isOnRecord;
        await db.SaveChangesAsync(stopping);
        await transaction.CommitAsync(stopping);
        limit.IsOnRecord = isOnRecord;
        pool.Renewed(more, askedAt, askedOn);
        Tell(limit, setting);
        return isShort || pool.IsLettingGo ? options.Times.Hungry : options.Times.Renewal;
    }

    /// <returns>Whether a row of this process stays.</returns>
    bool Write(TDbContext db, PermitLimit limit, PermitHolderRow? mine, int count, int wanted)
    {
        if (count == 0 && wanted == 0)
        {
            if (mine is not null)
                db.Remove(mine);
            return false;
        }

        if (mine is null)
            db.Add(mine = new PermitHolderRow { Name = limit.Name, Holder = _me });
        var inUse = limit.Options.BoundBy is { } bound ? Of(bound).Setting.PerSecond ?? count : count;
        (mine.Count, mine.Wanted, mine.Busy) = (count, wanted, Math.Min(count, inUse + limit.Pool.Lost));
        // never one that it had before, also when the row is made anew: who saw that one would take this process for dead
        mine.Beat = Interlocked.Increment(ref _beat);
        return true;
    }

    async Task<int> TakeTokensAsync(TDbContext db, PermitLimitRow row, PermitPool pool, LimitSetting setting, CancellationToken stopping)
    {
        if (setting.PerSecond is not ({ } perSecond and > 0))
            return 0;
        var now = await _database.NowAsync(db, stopping);
        // a tenth of a second's worth at a time: what a dead process took is lost
        var wanted = Math.Min(pool.Wanted(perSecond), Math.Max(1, perSecond / 10)) - pool.Held;
        (var taken, row.Tokens) = Bucket.Take(row.Tokens, row.TokensAt, now, perSecond, perSecond, wanted);
        row.TokensAt = now;
        return taken;
    }

    async Task<PermitLimitRow> LockAsync(TDbContext db, string name, CancellationToken stopping)
    {
        var limits = db.Set<PermitLimitRow>().Where(x => x.Name == name).ForUpdate();
        if (await limits.SingleOrDefaultAsync(stopping) is { } row)
            return row;
        // Two processes may want to be the first; the row of either will do.
        await _bulk.InsertNewAsync(db, [new PermitLimitRow { Name = name }], stopping);
        return await limits.SingleAsync(stopping);
    }

    async Task GiveBackAllAsync(PermitLimit limit, CancellationToken cancellationToken)
    {
        try
        {
            // what was used within the last second may not be used by others yet
            for (var waited = 0; limit.Pool.LetGo(0) > 0 && waited < 60; waited++)
                await Task.Delay(TimeSpan.FromMilliseconds(25), _clock, cancellationToken);
            if (limit.Pool.Held > 0 || !limit.IsOnRecord)
                return;
            await using var scope = _scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
            await db.Set<PermitHolderRow>().Where(x => x.Name == limit.Name && x.Holder == _me).ExecuteDeleteAsync(cancellationToken);
        }
        catch (Exception away)
        {
            _log.CannotShare(limit.Name, away);      // the others wait until the lease is over
        }
    }

    void Tell(PermitLimit limit, LimitSetting setting)
    {
        if (limit.Setting != setting)
            _log.LimitChanged(limit.Name, limit.Setting, setting);
        limit.Set(setting);
    }

    LimitSetting Effective(PermitOptions options, PermitLimitRow? row) =>
        row.PermitsOr(options.Permits) is not { } permits || options.Kind == LimitKind.Unlimited ? new LimitSetting(null)
        : row?.HeldUntil > _clock.GetUtcNow() ? new LimitSetting(0)
        : new LimitSetting(Math.Min(permits, row?.Lowered ?? permits));
}
