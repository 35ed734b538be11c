using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using Billing.Cli.Bus;
using Billing.Cli.Publishing;
using Billing.Cli.Settings;
using Billing.Clock;
using Billing.Contracts.Scheduling.V1;
using Billing.Views.Clocks;

namespace Billing.Cli.Clocks;

/// <summary><c>clock</c> shows by which clock the installation runs; <c>clock advance INSTANT</c> moves a test clock forward.</summary>
public static class ClockVerb
{
    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var verb = new Command("clock", "Shows by which clock the installation runs.") { Advance() };
        verb.SetAction(async (_, cancellation) =>
        {
            using var scheduler = new ClockClient(BillingEnvironment.Current.Scheduler);
            foreach (var line in Text(await scheduler.ShowAsync(cancellation)))
                Screen.Unbroken(line);
            return 0;
        });
        return verb;
    }

    static Command Advance()
    {
        var instant = new Argument<string>("INSTANT") { Description = "A day, such as 2027-09-01, or an instant, such as 2027-09-01T13:00:00Z." };
        instant.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && Read(text) is null)
                result.AddError($"INSTANT: '{text}' is neither a day nor an instant; expected one such as 2027-09-01 or 2027-09-01T13:00:00Z.");
        });
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait until it has come there." };
        var verb = new Command("advance", "Moves a test clock forward: from one due thing to the next, each done before it goes on.") { instant, noWait };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var to = Read(parsed.GetValue(instant)!)!.Value;
            await using (var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation))
            {
                var answer = await bus.AskAsync(new AdvanceClock { To = to, RequestedBy = Environment.UserName }, AnswerWithin, cancellation);
                foreach (var line in OutcomeText.Of(answer, AnswerWithin))
                    Screen.Unbroken(line);
                if (answer is null or { Outcome: "rejected" or "failed" })
                    return 1;
            }

            if (!parsed.GetValue(noWait))
                await FollowAsync(to, cancellation);
            return 0;
        });
        return verb;
    }

    /// <summary>Shows each move, until the clock has come there.</summary>
    static async Task FollowAsync(DateTimeOffset to, CancellationToken cancellation)
    {
        using var scheduler = new ClockClient(BillingEnvironment.Current.Scheduler);
        var last = default(DateOnly);
        while (true)
        {
            var shown = await scheduler.ShowAsync(cancellation);
            var isThere = shown.Target is null && shown.Now >= to;
            if (isThere || DateOnly.FromDateTime(shown.Now.UtcDateTime) > last)
                foreach (var line in Text(shown))
                    Screen.Unbroken(line);
            if (isThere)
                return;
            last = DateOnly.FromDateTime(shown.Now.UtcDateTime);
            await Task.Delay(LookEvery, TimeProvider.System, cancellation);
        }
    }

    public static IEnumerable<string> Text(ClockShown shown)
    {
        if (!shown.IsTestClock)
            return ["This installation runs by the real time. One that is started with a test clock (./billing up --test-clock) can be moved forward."];
        var first = string.Create(CultureInfo.InvariantCulture,
            $"Test clock: {shown.Now:yyyy-MM-dd HH:mm:ss}Z, {TestClockText.Describe(shown.Ahead ?? TimeSpan.Zero)} ahead of the real time");
        return
        [
            shown.Target is { } target ? string.Create(CultureInfo.InvariantCulture, $"{first}; on its way to {target:yyyy-MM-dd HH:mm:ss}Z")
                : shown.NextDue is { } due ? string.Create(CultureInfo.InvariantCulture, $"{first}; next due {due:yyyy-MM-dd HH:mm:ss}Z") : first,
            .. shown.WaitsFor.Select(what => $"  waits: {what}")
        ];
    }

    /// <summary>A day begins at midnight, UTC; an instant says its offset.</summary>
    static DateTimeOffset? Read(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
        : text.IndexOf('T', StringComparison.Ordinal) is > 0 and var at && text.AsSpan(at).ContainsAny('Z', '+', '-')
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant
        : null;
}

/// <summary>Reads from the scheduler over HTTP.</summary>
sealed class ClockClient(Uri address) : IDisposable
{
    readonly HttpClient _http = new() { BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/"), Timeout = TimeSpan.FromSeconds(30) };

    public async Task<ClockShown> ShowAsync(CancellationToken cancellation)
    {
        try
        {
            return await _http.GetFromJsonAsync<ClockShown>(new Uri("api/clock", UriKind.Relative), cancellation)
                ?? throw new CliException($"The scheduler at {address} said nothing.");
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"The scheduler does not answer at {address}. Is it up (./billing up)?", e);
        }
    }

    public void Dispose() => _http.Dispose();
}
