using Billing.Cli.Bus;
using Billing.Cli.Closing;
using Billing.Cli.Importing;
using Billing.Contracts.MonthClose.V1;
using Billing.SampleData;
using Billing.Views.MonthClose;
using NodaTime;
using Spectre.Console;

namespace Billing.Cli.Demo;

/// <summary>A month from nothing to reconciled books: prices, tax rates, accounts, usage and credits in; close; compare.</summary>
sealed class DemoRun(BillingBus bus, MonthCloseClient months, SampleMonth sample, int accounts, TimeProvider time)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    readonly IntakeWait _intake = new(months, time);

    public async Task<DemoVerdict> RunAsync(CancellationToken cancellation)
    {
        await TakeInAsync("prices", SamplePrices.All, x => x.Prices, _ => 1, SamplePrices.All.Count, cancellation);
        await TakeInAsync("tax rates", SampleTaxes.All, x => x.TaxRates, _ => 1, SampleTaxes.All.Count, cancellation);
        await TakeInAsync("accounts", Batches.Of(sample.Accounts(accounts).Select(x => x.Account), "demo"), x => x.Accounts, x => x.Accounts.Length, accounts,
            cancellation);
        await _intake.UntilKnownAsync(sample.Accounts(accounts).TakeLast(20).Select(x => x.Account.AccountId), cancellation);
        foreach (var changed in sample.Accounts(accounts).Select(x => x.Seats).OfType<object>())
            await bus.PublishAsync(changed, cancellation);
        var credits = sample.Accounts(accounts).Select(x => x.Credit).OfType<GrantCredit>().ToList();
        await TakeInAsync("credits", credits, x => x.Credits, _ => 1, credits.Count, cancellation);
        await TakeInAsync("usage records", Batches.Of(sample.Accounts(accounts).SelectMany(x => x.Usage), "demo"), x => x.UsageRecords + x.RejectedUsage,
            x => x.Records.Length, null, cancellation);

        await CloseAsPreviewedAsync(cancellation);
        var run = await new RunFollower(months, time).ToTheEndAsync(sample.Period, Patience, cancellation);
        var books = await BooksAsync(cancellation);
        run = await months.RunAsync(sample.Period, cancellation) ?? run;
        AnsiConsole.Write(RunScreen.Render(run, time.GetUtcNow()));
        Screen.Unbroken($"{RunScreen.Speed(run, time.GetUtcNow())} from the run's start to its end");
        return DemoVerdict.Of(run, books, accounts);
    }

    /// <summary>Looks at the month and closes it as it was looked at. What came in meanwhile holds the close back, and is looked at again.</summary>
    async Task CloseAsPreviewedAsync(CancellationToken cancellation)
    {
        var start = new StartMonthClose { Period = sample.Period.Text(), RequestedBy = "demo" };
        MonthCloseHeldBack? held;
        do
        {
            if (await months.RunAsync(sample.Period, cancellation) is null)
            {
                var preview = await PreviewVerb.AskAsync(bus, months, sample.Period, "demo", cancellation);
                AnsiConsole.Write(PreviewScreen.Render(preview));
                Screen.Unbroken($"commit token {preview.CommitToken}");
                start = start with { CommitToken = preview.CommitToken };
            }

            held = await CloseVerb.AskAsync(bus, months, sample.Period, start, cancellation);
            if (held is not null)
                Screen.Unbroken(CloseVerb.Text(held));
        }
        while (held is not null);
    }

    async Task TakeInAsync<T>(
        string what, IEnumerable<T> messages, Func<IntakeView, long> count, Func<T, int> size, long? total, CancellationToken cancellation)
        where T : class
    {
        var before = await months.IntakeAsync(cancellation);
        var sent = 0L;
        await ProgressBar.RunAsync($"publishing {what}", total, progress =>
            bus.PublishAllAsync(messages, message => progress(Interlocked.Add(ref sent, size(message))), cancellation));
        await ProgressBar.RunAsync($"taking in {what}", sent, progress => _intake.UntilAsync(what, count, before, sent, progress, cancellation));
    }

    // A charge whose answer was lost stays unknown until the gateway has been asked. The differences come with the same answer, and were read after the
    // open charges were counted.
    async Task<ReconciliationView> BooksAsync(CancellationToken cancellation)
    {
        ReconciliationView? books = null;
        await ProgressBar.RunAsync("settling unknown charges", null, async progress =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
            var asked = time.GetTimestamp();
            do
            {
                books = await months.ReconciliationAsync(sample.Period, cancellation);
                progress(books?.Unknown ?? 0);
            }
            while (books is not { Unknown: 0 } && time.GetElapsedTime(asked) < Patience && await timer.WaitForNextTickAsync(cancellation));
        });
        return books ?? throw new CliException($"MonthClose has no reconciliation of {sample.Period.Text()}.");
    }
}
