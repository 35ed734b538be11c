using Billing.Cli.Bus;
using Billing.Cli.Closing;
using Billing.Cli.Settings;
using Billing.Contracts.MonthClose.V1;
using Billing.Views.MonthClose;

namespace Billing.Cli.Importing;

/// <summary>Where an import goes: onto the bus, watched until MonthClose has it; or nowhere, for a dry run.</summary>
sealed class ImportTarget : IAsyncDisposable
{
    readonly BillingBus? _bus;
    readonly MonthCloseClient? _months;

    ImportTarget(BillingBus? bus, MonthCloseClient? months) => (_bus, _months) = (bus, months);

    public static async Task<ImportTarget> OpenAsync(bool dryRun, BillingEnvironment environment, CancellationToken cancellation) =>
        dryRun ? new ImportTarget(null, null)
            : new ImportTarget(await BillingBus.ConnectAsync(environment.RabbitMq, cancellation, environment.Sealer),
                MonthCloseClient.For(environment.MonthClose));

    /// <summary>Publishes all and waits until the count has taken them in.</summary>
    /// <param name="what">The plural of what is sent.</param>
    /// <param name="messages">Read as fast as the broker takes them.</param>
    /// <param name="count">Which of MonthClose's counts they raise.</param>
    /// <param name="size">How much of it one message raises it.</param>
    /// <param name="cancellation">Stops publishing; what was published stays.</param>
    public async Task PublishAsync<T>(
        string what, IEnumerable<T> messages, Func<IntakeView, long> count, Func<T, int> size, CancellationToken cancellation)
        where T : class
    {
        if (_bus is null)
        {
            foreach (var _ in messages)
                cancellation.ThrowIfCancellationRequested();
            return;
        }

        var before = await _months!.IntakeAsync(cancellation);
        var sent = 0L;
        await ProgressBar.RunAsync($"publishing {what}", null, progress =>
            _bus.PublishAllAsync(messages, message => progress(Interlocked.Add(ref sent, size(message))), cancellation));
        IntakeView after = before;
        await ProgressBar.RunAsync($"taking in {what}", sent, async progress =>
            after = await new IntakeWait(_months, TimeProvider.System).UntilAsync(what, count, before, sent, progress, cancellation));
        Screen.Line($"{count(after) - count(before)} of {sent} {what} are new, {after.RejectedUsage - before.RejectedUsage} were rejected");
    }

    /// <summary>Publishes rows to a service that answers of each delivery what became of it, and waits for every answer.</summary>
    public async Task PublishAnsweredAsync<T>(
        string what, string path, IEnumerable<ImportRow<T>> rows, Func<T, string> key, Func<T[], string, object> message, ImportReport report,
        CancellationToken cancellation)
        where T : class
    {
        if (_bus is null)
        {
            foreach (var _ in rows)
                cancellation.ThrowIfCancellationRequested();
            return;
        }

        var (taken, unchanged) = await new AnsweredImport(_bus, TimeProvider.System)
            .RunAsync(what, Path.GetFileName(path), rows, key, message, report, cancellation);
        Screen.Line($"{taken} {what} are new or have changed, of {unchanged} nothing was new");
    }

    /// <summary>Registers the accounts that are not known yet; those that are stay as they are, with their payment methods.</summary>
    public async Task RegisterNewAsync(IEnumerable<RegisterAccount> accounts, CancellationToken cancellation)
    {
        var registered = new List<string>();
        foreach (var account in accounts)
        {
            if (_bus is null || await _months!.AccountAsync(account.AccountId, cancellation) is not null)
                continue;
            await _bus.PublishAsync(account, cancellation);
            registered.Add(account.AccountId);
        }

        if (_months is not null)
            await new IntakeWait(_months, TimeProvider.System).UntilKnownAsync(registered, cancellation);
        Screen.Line($"{registered.Count} new accounts");
    }

    public async ValueTask DisposeAsync()
    {
        _months?.Dispose();
        if (_bus is not null)
            await _bus.DisposeAsync();
    }
}
