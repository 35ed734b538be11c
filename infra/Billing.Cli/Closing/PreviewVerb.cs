using System.CommandLine;
using Billing.Cli.Bus;
using Billing.Cli.Settings;
using Billing.Contracts.MonthClose.V1;
using Billing.Views.MonthClose;
using MassTransit;
using NodaTime;
using Spectre.Console;

namespace Billing.Cli.Closing;

/// <summary><c>preview PERIOD [--account ID]</c>: shows a month, or one account, as it would be closed now.</summary>
static class PreviewVerb
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    public static Command Create()
    {
        var period = CliPeriod.Argument();
        var account = new Option<string?>("--account") { Description = "Only this account; computed at once, and nothing is kept." };
        var show = new Option<string>("--show")
        {
            Description = "Which accounts to list: all, new, gone, changed, outliers or parked; none by default.",
            DefaultValueFactory = _ => "none"
        };
        show.AcceptOnlyFromAmong("none", "all", "new", "gone", "changed", "outliers", "parked");
        var verb = new Command("preview", "Computes a month as it would be closed, and prints the token by which close holds the run to it.")
        {
            period, account, show
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var month = parsed.GetValue(period);
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            if (parsed.GetValue(account) is { } id)
            {
                AnsiConsole.Write(PreviewScreen.Render(await months.PreviewOfAccountAsync(month, id, cancellation)
                    ?? throw new CliException($"There is no account {id}.")));
                return 0;
            }

            PreviewView preview;
            await using (var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation, BillingEnvironment.Current.Sealer))
                preview = await AskAsync(bus, months, month, Environment.UserName, cancellation);
            AnsiConsole.Write(PreviewScreen.Render(preview));
            if (parsed.GetValue(show) is var kind and not "none")
                AnsiConsole.Write(PreviewScreen.List(await months.PreviewedAccountsAsync(month, kind!, cancellation)));
            Screen.Unbroken($"close it so: ./billing close {month.Text()} --token {preview.CommitToken}");
            return 0;
        });
        return verb;
    }

    /// <summary>Asks for a preview and waits for it.</summary>
    /// <exception cref="CliException">It was rejected, it failed, or it took too long.</exception>
    public static async Task<PreviewView> AskAsync(BillingBus bus, MonthCloseClient months, YearMonth month, string by, CancellationToken cancellation)
    {
        var before = (await months.PreviewAsync(month, cancellation))?.PreviewId;
        var id = NewId.NextGuid();
        await using var rejected = await bus.ListenForRejectionAsync<PreviewMonthClose>(id);
        await bus.PublishAsync(new PreviewMonthClose { Period = month.Text(), RequestedBy = by }, cancellation, messageId: id);
        PreviewView? preview = null;
        await ProgressBar.RunAsync("computing the preview", null, async progress =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            for (var left = Patience; left > TimeSpan.Zero && !rejected.Reason.IsCompleted; left -= timer.Period)
            {
                preview = await months.PreviewAsync(month, cancellation);
                if (preview is { State: not "Reading" } && preview.PreviewId != before)
                    return;
                progress(preview?.PreviewId == before ? 0 : preview?.Computed ?? 0);
                await timer.WaitForNextTickAsync(cancellation);
            }
        });
        return rejected.Reason.IsCompleted ? throw new CliException(await rejected.Reason)
            : preview is not { State: "Ready" } || preview.PreviewId == before
                ? throw new CliException(
                    $"The preview of {month.Text()} is not there: {preview?.Reason ?? $"nothing came within {Patience.TotalMinutes:0} minutes"}")
            : preview;
    }
}
