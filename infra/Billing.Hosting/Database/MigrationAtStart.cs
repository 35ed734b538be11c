using System.Data.Common;
using Billing.Hosting.Bus;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Persistence;

/// <summary>
/// Brings the tables up to date before anything else runs, and lets the service prepare what stands in them (<see cref="IDatabasePreparation"/>). When the
/// database is away it does not hold up the host for long: the start goes on, the health says why, and it is tried until it works.
/// </summary>
sealed partial class MigrationAtStart<TContext>(
    IServiceScopeFactory scopes, DatabaseOwner<TContext> owner, IDatabaseTerms terms, DatabaseReadiness readiness, TimeProvider clock,
    ILogger<MigrationAtStart<TContext>> log)
    : IHostedLifecycleService, IDatabaseMigration, IDisposable
    where TContext : DbContext
{
    /// <summary>How long the start waits for the tables: 10 s is plenty for a database that is there.</summary>
    static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource _stopping = new();
    Task _migrating = Task.CompletedTask;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        readiness.Expect();
        _migrating = MigrateUntilDoneAsync(_stopping.Token);
        var waited = await Task.WhenAny(_migrating, Task.Delay(Courtesy, clock, cancellationToken));
        if (waited == _migrating)
            await _migrating;
    }

    Task MigrateUntilDoneAsync(CancellationToken cancellationToken) => UntilDoneAsync(async services =>
    {
        foreach (var preparation in services.GetServices<IDatabasePreparation>())
            await preparation.PrepareAsync(cancellationToken);
        readiness.Ready();
    }, exception => MayPass(exception) || exception is UnfitDatabaseException, cancellationToken);

    /// <summary>The tables and the rights alone: what stands in the tables is prepared by whoever works with them.</summary>
    public Task MigrateAsync(CancellationToken cancellationToken) => UntilDoneAsync(_ =>
    {
        LogUpToDate(log);
        return Task.CompletedTask;
    }, MayPass, cancellationToken);

    /// <summary>Brings the tables up to date, and goes on with them; what passes by itself is waited for.</summary>
    async Task UntilDoneAsync(Func<IServiceProvider, Task> then, Func<Exception, bool> isWaitedFor, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await BringUpToDateAsync(scope.ServiceProvider, cancellationToken);
                await then(scope.ServiceProvider);
                return;
            }
            catch (Exception exception) when (isWaitedFor(exception))
            {
                await WaitAsync(exception, cancellationToken);
            }
        }
    }

    async Task BringUpToDateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<TContext>();
        if (await owner.BringUpToDateAsync(db, cancellationToken))
            LogTooManyRights(log);
        if (await terms.FaultAsync(db, cancellationToken) is { } fault)
            throw new UnfitDatabaseException(fault);
    }

    static bool MayPass(Exception exception) => Transient.Judge(exception) != Trouble.Own || exception.GetBaseException() is DbException;

    async Task WaitAsync(Exception exception, CancellationToken cancellationToken)
    {
        var reason = exception.GetBaseException().Message;
        readiness.NotYet(reason);
        LogWaiting(log, reason);
        await Task.Delay(Pause, clock, cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _migrating.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public void Dispose() => _stopping.Dispose();

    [LoggerMessage(1, LogLevel.Warning, "The database cannot be brought up to date yet: {Reason}")]
    static partial void LogWaiting(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Warning,
        "The database user of this service may change its tables, which is more than it needs: give the tables to another user, and name him in "
        + "Database:OwnerConnectionString")]
    static partial void LogTooManyRights(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "The tables and the rights in them are those of this version")]
    static partial void LogUpToDate(ILogger logger);
}
