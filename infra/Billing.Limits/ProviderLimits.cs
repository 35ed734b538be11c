using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Billing.Limits;

/// <summary>The limits of a service by name.</summary>
public interface IProviderLimits
{
    /// <exception cref="ArgumentException">No limit has this name.</exception>
    ProviderLimit Of(string name);

    IReadOnlyCollection<string> Names { get; }
}

/// <summary>Limits that let everything pass: for tools and tests that call a provider without a database.</summary>
public sealed class NoLimits : IProviderLimits
{
    public IReadOnlyCollection<string> Names => [];

    public ProviderLimit Of(string name)
    {
        var limit = new ProviderLimit(name, default, (_, _, _) => Task.FromResult<Lease?>(null), TimeSpan.FromMinutes(1), null, TimeProvider.System, NullLogger.Instance, default);
        limit.Set(new LimitSetting(null));
        return limit;
    }
}

/// <summary>Keeps the limits as the database has them: notices within a second what somebody set, and takes instants where there is a limit.</summary>
sealed class ProviderLimits<TDbContext> : BackgroundService, IProviderLimits
    where TDbContext : DbContext
{
    /// <summary>How soon a process notices a change. One row for each limit is read.</summary>
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    readonly IServiceScopeFactory _scopes;
    readonly IDatabaseClock _database;
    readonly IBulkWriter _bulk;
    readonly TimeProvider _clock;
    readonly ILogger _log;
    readonly Dictionary<string, LimitSetting> _configured;
    readonly Dictionary<string, ProviderLimit> _limits;

    public ProviderLimits(
        LimitDefaults defaults, IServiceScopeFactory scopes, IDatabaseClock database, IBulkWriter bulk, LimitCounter counter, IHostApplicationLifetime lifetime, TimeProvider clock,
        ILogger<ProviderLimit> log)
    {
        (_scopes, _database, _bulk, _clock, _log) = (scopes, database, bulk, clock, log);
        _configured = defaults.Settings.ToDictionary();
        _limits = _configured.ToDictionary(limit => limit.Key, limit => new ProviderLimit(
            limit.Key, limit.Value, (count, lead, cancellationToken) => LeaseAsync(limit.Key, count, lead, cancellationToken), defaults.PatienceWhenPaused, counter, clock, log, lifetime.ApplicationStopping));
    }

    public IReadOnlyCollection<string> Names => _limits.Keys;

    public ProviderLimit Of(string name) => _limits.GetValueOrDefault(name)
        ?? throw new ArgumentException($"No limit is named \"{name}\"; there is {string.Join(", ", _limits.Keys)}.", nameof(name));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Freshness, _clock);
        do
        {
            try
            {
                await using var scope = _scopes.CreateAsyncScope();
                var rows = await scope.ServiceProvider.GetRequiredService<TDbContext>().Set<LimitRow>().AsNoTracking().ToListAsync(stoppingToken);
                foreach (var (name, limit) in _limits)
                    limit.Set(SettingOf(name, rows.Find(row => row.Name == name)));
            }
            catch (Exception away) when (!stoppingToken.IsCancellationRequested)
            {
                _log.CannotReadLimits(away);        // the last known ones hold
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    LimitSetting SettingOf(string name, LimitRow? row) => row is { IsSet: true } ? new LimitSetting(row.PerSecond) : _configured[name];

    /// <summary>Takes instants in one short transaction. The row's limit of this very moment counts. Null when it has none, or is paused.</summary>
    async Task<Lease?> LeaseAsync(string name, int count, long lead, CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var row = await db.Set<LimitRow>().Where(limit => limit.Name == name).ForUpdate().SingleOrDefaultAsync(cancellationToken);
        if (row is null)
        {
            // Two processes may want to be the first; the row of either will do.
            await _bulk.InsertNewAsync(db, [new LimitRow { Name = name }], cancellationToken);
            row = await db.Set<LimitRow>().Where(limit => limit.Name == name).ForUpdate().SingleAsync(cancellationToken);
        }

        if (SettingOf(name, row).PerSecond is not ({ } perSecond and > 0))
            return null;
        var asked = Now();
        var now = (await _database.NowAsync(db, cancellationToken)).Ticks / TimeSpan.TicksPerMicrosecond - DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond;
        var heard = Now();
        var (first, nextFree) = Pace.Take(row.NextFree, now, lead, perSecond, count);
        row.NextFree = nextFree;
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Lease(asked, heard, now, first, Pace.Spacing(perSecond), count);
    }

    long Now() => (long)(_clock.GetTimestamp() * (1_000_000.0 / _clock.TimestampFrequency));
}
