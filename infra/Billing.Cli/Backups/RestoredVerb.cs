using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Cli.Closing;
using Billing.Cli.Reconciling;
using Billing.Cli.Settings;
using Billing.Views.Certificates;
using Billing.Views.Restoring;

namespace Billing.Cli.Backups;

/// <summary>
/// <c>restored</c> shows what differs since books were brought back, <c>restored verify</c> holds everything against each other, <c>restored release</c> lets
/// things leave again, and <c>restored mark</c> marks databases that another tool has brought back.
/// </summary>
static class RestoredVerb
{
    const string Path = "api/restoration";

    /// <summary>A release looks at all that the gateway did since the backup.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Command Create()
    {
        var verb = new Command("restored", "What differs between books that were brought back and the world; 1 when something does.")
        {
            Verify(),
            Release(),
            Mark()
        };
        verb.SetAction(async (_, cancellation) => End(await ShowAsync(cancellation)));
        return verb;
    }

    static Command Verify()
    {
        var verify = new Command("verify", "Holds books, gateway, letters and certificates against each other after a restore; 1 when something differs.");
        verify.SetAction(async (_, cancellation) =>
        {
            var differences = await ShowAsync(cancellation) + await CertificatesAsync(cancellation);
            return End(await ReconcileVerb.PassAsync(null, cancellation) == 0 ? differences : differences + 1);
        });
        return verify;
    }

    static Command Release()
    {
        var why = new Option<string>("--why") { Description = "What was looked at; kept in the audit trail.", Required = true };
        var by = new Option<string>("--by") { Description = "Who releases it.", DefaultValueFactory = _ => Environment.UserName };
        var nothingLeft = new Option<bool>("--nothing-left")
        {
            Description = "No letter left since the backup was taken: each is sent as if it were the first."
        };
        const string Description = "Lets charges, refunds and letters leave again. What may have left before is never sent by itself.";
        var release = new Command("release", Description) { why, by, nothingLeft };
        release.SetAction(async (parsed, cancellation) =>
        {
            var (reason, person) = (Uri.EscapeDataString(parsed.GetValue(why)!), Uri.EscapeDataString(parsed.GetValue(by)!));
            var query = $"?why={reason}&by={person}&nothingLeft={parsed.GetValue(nothingLeft)}";
            // The books first: what they say then is marked for who sends it. The scheduler last: what it fires finds everything released.
            foreach (var (service, address) in Services())
            {
                using var http = ServiceHttp.To(address, Patience);
                using var answer = await SendAsync(service, () => http.PostAsync(UrlPath.Of(http, $"{Path}/release{query}"), null, cancellation));
                var said = (await answer.Content.ReadFromJsonAsync<RestorationReleased>(Json, cancellation))!;
                Screen.Unbroken(said.Released
                    ? $"{service} is released" + (said.HadLeft + said.Unknown == 0 ? ""
                        : $": {said.HadLeft} messages had left, and of {said.Unknown} nobody knows: ReplayNotifications sends them")
                    : $"{service} holds nothing back");
            }

            await RunsAsync(cancellation);
            return 0;
        });
        return release;
    }

    static Command Mark()
    {
        var at = new Option<DateTimeOffset>("--at") { Description = "The moment to which the databases were brought back, with its offset.", Required = true };
        var skip = PaperNumbers.Skip();
        skip.Required = true;       // the databases that could say how many were given are gone
        const string Description = "Marks databases that another tool has brought back, before a service starts, and empties the queues.";
        var mark = new Command("mark", Description) { at, skip };
        at.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<DateTimeOffset>() > TimeProvider.System.GetUtcNow())
                result.AddError("--at: expected a moment that is over.");
        });
        mark.SetAction(async (parsed, cancellation) =>
        {
            var place = new BackupPlace();
            await place.NobodyWorksAsync("restored mark", cancellation);
            await using var broker = await BrokerCopy.ConnectAsync(place, cancellation);
            // All before any: who is told that one is missing has none that is half marked.
            foreach (var service in BackupPlace.Services)
                await RecoveredDatabase.CheckAsync(place, service, cancellation);
            foreach (var service in BackupPlace.Services)
            {
                await RestorationMark.WriteAsync(place, place.DatabaseOf(service), parsed.GetValue(at), cancellation);
                await PaperNumbers.GoOnAsync(place, place.DatabaseOf(service), null, parsed.GetValue(skip), cancellation);
                Screen.Unbroken($"{service}: nothing leaves before: restored release");
            }

            var purged = await broker.PurgeAsync(cancellation);
            Screen.Unbroken($"broker: {purged.Values.Sum()} messages of another time taken away");
            foreach (var (queue, messages) in purged)
                Screen.Unbroken($"  {messages} of {queue}");
            return 0;
        });
        return mark;
    }

    static int End(int differences)
    {
        Screen.Unbroken($"{differences} differences");
        return differences == 0 ? 0 : 1;
    }

    /// <returns>How many differences there are.</returns>
    static async Task<int> ShowAsync(CancellationToken cancellation)
    {
        var environment = BillingEnvironment.Current;
        var books = await ReadAsync<RestoredView>("monthclose", environment.MonthClose, cancellation);
        var letters = await ReadAsync<RestoredMessagesView>("notification", environment.Notification, cancellation);
        var schedules = await ReadAsync<RestoredSchedulesView>("scheduler", environment.Scheduler, cancellation);
        if (books is null && letters is null && schedules is null)
        {
            Screen.Unbroken("nothing was brought back from a backup");
            return 0;
        }

        if (books is not null)
        {
            Screen.Unbroken($"books as of {books.TakenAt:u}, brought back at {books.RestoredAt:u}, {Held(books.ReleasedAt, books.ReleasedBy)}");
            foreach (var line in books.Forgotten.Concat(books.NotBooked).Concat(books.RefundsForgotten))
                Screen.Unbroken($"  {line}");
            if (books.TakenBack > 0)
                Screen.Unbroken($"  {books.TakenBack} payments that were forgotten stand in the books again");
        }

        if (letters is not null)
        {
            Screen.Unbroken($"letters as of {letters.TakenAt:u}, {Held(letters.ReleasedAt, letters.ReleasedBy)}: {letters.Waiting} wait, of which "
                + $"{letters.HaveLeft} are known to have left");
            foreach (var line in letters.Unknown)
                Screen.Unbroken($"  nobody knows of {line}");
        }

        if (schedules is not null)
        {
            // what waits for its time is no difference
            Screen.Unbroken($"schedules as of {schedules.TakenAt:u}, {Held(schedules.ReleasedAt, schedules.ReleasedBy)}");
            foreach (var line in schedules.Held)
                Screen.Unbroken($"  {line}");
        }

        return (books is null ? 0 : books.Forgotten.Count + books.NotBooked.Count + books.RefundsForgotten.Count)
            + (letters is null ? 0 : letters.Waiting - letters.HaveLeft);
    }

    static string Held(DateTimeOffset? releasedAt, string? by) => releasedAt is null ? "held: nothing leaves"
        : string.Create(CultureInfo.InvariantCulture, $"released at {releasedAt:u} by {by}");

    /// <returns>How many months are not what was certified.</returns>
    static async Task<int> CertificatesAsync(CancellationToken cancellation)
    {
        using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose, Patience);
        var wrong = 0;
        foreach (var run in await months.RunsAsync(100, cancellation))
        {
            if (CliPeriod.Read(run.Period) is not { } period || await months.CertificateAsync(period, cancellation) is not { } text)
                continue;
            var file = CertificateFile.Parse(text);
            // where the service has no key, none of its certificates was ever signed
            var faults = file.Signature is null ? [] : file.Faults(null).ToList();
            if ((await months.CertifiedBooksAsync(run.Period, cancellation))?.Invoices is not { } invoices || file.FirstDifference(invoices) is { } difference)
                faults.Add($"the books of {run.Period} are not what was certified");
            wrong += faults.Count > 0 ? 1 : 0;
            var signed = file.Signature is null ? "not signed" : "signed";
            Screen.Unbroken(faults.Count == 0 ? $"certificate of {run.Period} holds: root {file.Certificate.Root}, {signed}"
                : $"certificate of {run.Period} does not hold: {string.Join("; ", faults)}");
        }

        return wrong;
    }

    /// <summary>A run that was brought back goes on by a person's word.</summary>
    static async Task RunsAsync(CancellationToken cancellation)
    {
        using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
        foreach (var run in await months.RunsAsync(100, cancellation))
            if (run.State == "Paused")
                Screen.Unbroken($"the run of {run.Period} is paused: resume {run.Period}");
    }

    static IEnumerable<(string Service, Uri Address)> Services() =>
    [
        ("monthclose", BillingEnvironment.Current.MonthClose), ("notification", BillingEnvironment.Current.Notification),
        ("seatrefresh", BillingEnvironment.Current.SeatRefresh), ("scheduler", BillingEnvironment.Current.Scheduler)
    ];

    /// <returns>Null when its database was never brought back.</returns>
    static async Task<T?> ReadAsync<T>(string service, Uri address, CancellationToken cancellation)
        where T : class
    {
        using var http = ServiceHttp.To(address, Patience);
        using var answer = await SendAsync(service, () => http.GetAsync(UrlPath.Of(http, Path), cancellation));
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.Content.ReadFromJsonAsync<T>(Json, cancellation);
    }

    static async Task<HttpResponseMessage> SendAsync(string service, Func<Task<HttpResponseMessage>> send)
    {
        try
        {
            var answer = await send();
            return answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotFound ? answer
                : throw new CliException($"{service} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"{service} does not answer. Is it up?", e);
        }
    }
}
