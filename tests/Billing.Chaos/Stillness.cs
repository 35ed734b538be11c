using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Testing;
using Npgsql;

namespace Billing.Chaos;

/// <summary>Knows when nothing moves any more but timers that are due much later.</summary>
sealed class Stillness(Installation installation)
{
    /// <summary>The broker counts its queues every five seconds.</summary>
    static readonly TimeSpan Long = TimeSpan.FromSeconds(6);

    /// <summary>Each look opens a connection to each database. Asked without a pause, these cost more than all that is waited for.</summary>
    static readonly TimeSpan Often = TimeSpan.FromMilliseconds(500);

    /// <summary>So many of an error queue say enough.</summary>
    const int MostOfAQueue = 20;

    static readonly (string Service, string Sql)[] Busy =
    [
        ("monthclose", """select 'runs', count(*) from "Run" where "CompletedAt" is null and "CurrentState" <> 'Halted'"""),
        ("monthclose", """
            select 'charges', count(*) from "Charge" c where "State" = 'Pending' or ("State" = 'Unknown' and not exists
                (select 1 from "ChargeInquiry" q where q."CorrelationId" = c."ChargeId" and q."CurrentState" = 'Unresolved'))
            """),
        ("monthclose", """select 'tries', count(*) from "Collection" where "CurrentState" in ('Initial', 'Charging')"""),
        ("notification", """select 'mails', count(*) from "Notification" where "State" in ('Queued', 'Collected', 'Sending', 'Deferred')"""),
        ("seatrefresh", """select 'subscriptions', count(*) from "Subscription" where "NextRefreshAt" < now() or "Claim" is not null"""),
        ("seatrefresh", """select 'slots', count(*) from "RefreshSlot" where "LeaseId" is not null"""),
        .. ((string[])["monthclose", "seatrefresh", "scheduler"]).Select(service =>
            (service, """select 'unsent', count(*) from "OutboxMessage" where "EnqueueTime" is null or "EnqueueTime" < now() + interval '10 seconds'"""))
    ];

    /// <returns>What is still at work when the time is up; null when all is still.</returns>
    public async Task<string?> WaitAsync()
    {
        var since = new Stopwatch();
        try
        {
            await Eventually.HoldsAsync(async () =>
            {
                var busy = await BusyAsync();
                if (busy.Length > 0)
                    since.Reset();
                else
                    since.Start();
                return since.Elapsed > Long ? "" : busy.Length == 0 ? "nothing, as of late" : busy;
            }, busy => busy.Length == 0, "all is still", installation.Patience, Often);
            return null;
        }
        catch (TimeoutException late)
        {
            return late.Message;
        }
    }

    async Task<string> BusyAsync()
    {
        try
        {
            var busy = new List<string>();
            foreach (var service in Busy.GroupBy(one => one.Service, one => one.Sql))
                foreach (var row in await installation.RowsAsync(service.Key, string.Join(" union all ", service)))
                    if ((long)row[1]! > 0)
                        busy.Add($"{row[1]} {row[0]} of {service.Key}");
            if (busy.Count == 0)
                busy.AddRange((await QueuesAsync()).Where(queue => !IsForErrors(queue.Name) && queue.Messages != 0)
                    .Select(queue => $"{queue.Messages?.ToString(CultureInfo.InvariantCulture) ?? "uncounted"} in {queue.Name}"));
            return string.Join(", ", busy);
        }
        catch (Exception exception) when (exception is HttpRequestException or NpgsqlException and not PostgresException { SqlState: ['4', '2', ..] })
        {
            return exception.Message;
        }
    }

    /// <summary>Messages that no consumer could handle, with what the broker says of each.</summary>
    public async Task<IReadOnlyList<FailedMessage>> FailedAsync()
    {
        var failed = new List<FailedMessage>();
        foreach (var (queue, messages) in (await QueuesAsync()).Where(queue => IsForErrors(queue.Name)))
        {
            // a service that looks through its own error queues has their messages in its hands for a moment, and nobody else sees them then
            var seen = await Eventually.HoldsAsync(() => PeekAsync(queue), seen => seen.Length >= Math.Min(messages ?? 0, MostOfAQueue), $"the messages of {queue} are seen");
            failed.AddRange(seen.Select(message => new FailedMessage(queue, Header(message, "MT-Fault-ExceptionType"), Header(message, "MT-Fault-Message"))));
        }

        return failed;
    }

    async Task<JsonElement[]> PeekAsync(string queue)
    {
        using var answer = await TestVirtualHost.AskForMessagesAsync(installation.Management, installation.VirtualHost, queue, MostOfAQueue, givesBack: true);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement[]>())!;
    }

    static string Header(JsonElement message, string name) =>
        message.GetProperty("properties").TryGetProperty("headers", out var headers) && headers.TryGetProperty(name, out var value) ? value.ToString() : "";

    async Task<IReadOnlyList<(string Name, int? Messages)>> QueuesAsync()
    {
        var queues = await installation.Management.GetFromJsonAsync<JsonElement[]>(new Uri($"api/queues/{installation.VirtualHost}?columns=name,messages", UriKind.Relative));
        return [.. queues!.Select(queue => (queue.GetProperty("name").GetString()!,
            queue.TryGetProperty("messages", out var messages) ? messages.GetInt32() : (int?)null))];
    }

    static bool IsForErrors(string queue) =>
        queue.EndsWith("_error", StringComparison.Ordinal) || queue.EndsWith("_skipped", StringComparison.Ordinal) || queue.EndsWith("-dead-letters", StringComparison.Ordinal);
}

/// <summary>A message that ended where the refused and the failed lie.</summary>
sealed record FailedMessage(string Queue, string ExceptionType, string Reason)
{
    /// <summary>A command that cannot be carried out is refused; that is an answer, and no failure.</summary>
    public bool IsRefusal => ExceptionType.EndsWith("CommandRejectedException", StringComparison.Ordinal);
}
