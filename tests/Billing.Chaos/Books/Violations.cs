using System.Globalization;
using System.Text.Json;

namespace Billing.Chaos.Books;

/// <summary>Holds the databases, the gateway's own record and the mail that arrived against each other.</summary>
sealed class Violations(Installation installation, Told told)
{
    /// <summary>What is wrong, in words; none when nothing is. Only when all is still.</summary>
    public async Task<List<string>> FindAsync()
    {
        var wrong = new List<string>();
        foreach (var check in Check.All.Where(check => installation.CanMakeSeatsDue || !check.AfterRefresh))
            wrong.AddRange((await installation.RowsAsync(check.Service, check.Sql)).Select(row => $"{check.Invariant}: {row[0]}"));
        if (installation.Gateway is { } gateway)
        {
            wrong.AddRange(await MoneyAsync(gateway));
            wrong.AddRange(await MoneyBackAsync(gateway));
        }

        wrong.AddRange(await LettersAsync());
        wrong.AddRange(await CommandsAsync());
        return wrong;
    }

    /// <summary>I2: what the gateway took is what the charges and the ledger say, and it took it once for an invoice.</summary>
    async Task<List<string>> MoneyAsync(HttpClient gateway)
    {
        var wrong = new List<string>();
        var captures = await CapturesAsync(gateway);
        var charges = (await installation.RowsAsync("monthclose", """
            select c."ChargeId", c."InvoiceId", c."AccountId", c."State", c."Amount", c."Currency",
                (select sum(e."Amount") from "LedgerTransaction" t join "LedgerEntry" e on e."TransactionId" = t."TransactionId"
                 where t."Cause" = 'charge:' || c."ChargeId" and e."Account" = 'cash') as booked,
                exists (select 1 from "ChargeInquiry" q where q."CorrelationId" = c."ChargeId" and q."CurrentState" = 'Unresolved') as waits
            from "Charge" c
            """)).Select(row => new ChargeRow((Guid)row[0]!, (Guid)row[1]!, (string)row[2]!, (string)row[3]!, (decimal)row[4]!, (string)row[5]!,
                (decimal?)row[6], (bool)row[7]!)).ToDictionary(charge => charge.ChargeId);

        foreach (var capture in captures.Where(capture => !charges.ContainsKey(capture.ChargeId)))
            wrong.Add($"I2: the gateway took {capture.Amount} for the charge {capture.ChargeId}, which is not in the books");
        foreach (var invoice in captures.Where(capture => charges.ContainsKey(capture.ChargeId)).GroupBy(capture => charges[capture.ChargeId].InvoiceId)
            .Where(same => same.Count() > 1))
            wrong.Add($"I2: the money of an invoice of {charges[invoice.First().ChargeId].AccountId} was taken {invoice.Count()} times");
        foreach (var capture in captures.Where(capture => charges.ContainsKey(capture.ChargeId)))
        {
            var charge = charges[capture.ChargeId];
            if (charge.State != "Succeeded" && !charge.Waits)
                wrong.Add($"I2: the gateway took {capture.Amount} {capture.Currency} of {charge.AccountId}, and its charge is {charge.State}");
        }

        var taken = captures.ToLookup(capture => capture.ChargeId);
        foreach (var charge in charges.Values.Where(charge => charge.State == "Succeeded"))
        {
            if (!taken[charge.ChargeId].Any(capture => capture.Amount == charge.Amount && capture.Currency == charge.Currency))
                wrong.Add($"I2: a charge of {charge.AccountId} over {charge.Amount} {charge.Currency} succeeded in the books, and the gateway did not take it");
            if (charge.Booked != charge.Amount)
                wrong.Add(string.Create(CultureInfo.InvariantCulture,
                    $"I2: a charge of {charge.AccountId} took {charge.Amount}, and the ledger has {charge.Booked ?? 0} for it"));
        }

        return wrong;
    }

    /// <summary>I2 the other way: what the gateway gave back is what the refunds say, each once.</summary>
    async Task<List<string>> MoneyBackAsync(HttpClient gateway)
    {
        var wrong = new List<string>();
        var given = (await RecordAsync(gateway, "simulator/refunds", entry => (Id: Guid.Parse(entry.GetProperty("refund_id").GetString()!), Money: MoneyOf(entry),
            Failed: entry.TryGetProperty("failure_reason", out var reason) && reason.ValueKind != JsonValueKind.Null))).Where(entry => !entry.Failed).ToList();
        var refunds = (await installation.RowsAsync("monthclose", """select "RefundId", "State", "Amount", "AccountId" from "Refund" """))
            .ToDictionary(row => (Guid)row[0]!, row => (State: (string)row[1]!, Amount: (decimal)row[2]!, AccountId: (string)row[3]!));
        wrong.AddRange(given.Where(one => !refunds.ContainsKey(one.Id)).Select(one => $"I2: the gateway gave {one.Money.Amount} back, and no refund says so"));
        wrong.AddRange(given.GroupBy(one => one.Id).Where(same => same.Count() > 1)
            .Select(same => $"I2: the refund {same.Key} was given {same.Count()} times"));
        foreach (var (id, refund) in refunds)
            if (refund.State == "Succeeded" != given.Exists(one => one.Id == id && one.Money.Amount == refund.Amount))
                wrong.Add($"I2: a refund of {refund.Amount} to {refund.AccountId} is {refund.State}, "
                    + $"and the gateway {(refund.State == "Succeeded" ? "did not give it" : "gave it")}");
        return wrong;
    }

    static Task<List<Capture>> CapturesAsync(HttpClient gateway) => RecordAsync(gateway, "simulator/record", entry =>
        new Capture(Guid.Parse(entry.GetProperty("charge_id").GetString()!), MoneyOf(entry).Amount, MoneyOf(entry).Currency));

    static async Task<List<T>> RecordAsync<T>(HttpClient gateway, string path, Func<JsonElement, T> read)
    {
        var lines = await gateway.GetStringAsync(new Uri(path, UriKind.Relative));
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return read(json.RootElement);
        })];
    }

    /// <summary>The gateway counts in the smallest unit of the currency.</summary>
    static (decimal Amount, string Currency) MoneyOf(JsonElement entry)
    {
        var currency = entry.GetProperty("currency").GetString()!.ToUpperInvariant();
        return (entry.GetProperty("amount").GetInt64() / (currency switch { "JPY" => 1m, "KWD" => 1000m, _ => 100m }), currency);
    }

    /// <summary>I4: each letter that was asked for was sent once, and nothing else was.</summary>
    async Task<List<string>> LettersAsync()
    {
        var wrong = new List<string>();
        var asked = (await installation.RowsAsync("monthclose", """select "LetterId", "Template", "AccountId" from "Letter" """))
            .ToDictionary(row => (Guid)row[0]!, row => $"the letter {row[1]} to {row[2]}");
        var messages = (await installation.RowsAsync("notification", """select "NotificationId", "State", "Reason" from "Notification" """))
            .ToDictionary(row => (Guid)row[0]!, row => $"{row[1]} {row[2]}".Trim());
        var arrived = Arrived() ?? messages.Where(message => message.Value == "Sent").Select(message => message.Key).ToHashSet();
        foreach (var (id, words) in asked)
        {
            if (messages.GetValueOrDefault(id) is not { } state)
                wrong.Add($"I4: {words} was asked for, and Notification never heard of it");
            else if (state != "Sent" || !arrived.Contains(id))
                wrong.Add($"I4: {words} is {state} and {(arrived.Contains(id) ? "arrived" : "did not arrive")}");
        }

        foreach (var id in arrived.Where(id => !asked.ContainsKey(id) && !told.Mails.Contains(id)))
            wrong.Add($"I4: the mail {id} arrived, and nobody had asked for it");
        foreach (var id in told.Mails.Where(id => !arrived.Contains(id)))
            wrong.Add($"I6: the mail {id} was acknowledged, and did not arrive: {messages.GetValueOrDefault(id, "unknown")}");
        return wrong;
    }

    /// <summary>The ids of the mails in the folder; null where there is none, and Notification's word has to do.</summary>
    HashSet<Guid>? Arrived() => installation.Mails is not { } folder ? null
        : Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.eml").Select(file => Guid.Parse(Path.GetFileNameWithoutExtension(file)))]
        : [];

    /// <summary>I6: each command that the broker acknowledged has done its work.</summary>
    async Task<List<string>> CommandsAsync()
    {
        var wrong = new List<string>();
        var accounts = await TextsAsync("""select "AccountId" from "Account" """);
        wrong.AddRange(told.Accounts.Where(account => !accounts.Contains(account)).Select(account => $"I6: {account} was told, and is not registered"));
        var usage = await TextsAsync("""
            select "AccountId" || ' ' || "UsageId" from "Usage" union all select "AccountId" || ' ' || "UsageId" from "RejectedUsage"
            """);
        wrong.AddRange(told.Usage.Where(one => !usage.Contains(one)).Select(one => $"I6: the usage {one} was told, and is nowhere"));
        var causes = await TextsAsync("""select "Cause" from "LedgerTransaction" """);
        wrong.AddRange(told.Causes.Where(cause => !causes.Contains(cause)).Select(cause => $"I6: {cause} was told, and is not booked"));
        var runs = (await installation.RowsAsync("monthclose", """select "Period" from "Run" """)).Select(row => (int)row[0]!).ToHashSet();
        wrong.AddRange(told.Periods.Where(period => !runs.Contains(period)).Select(period => $"I6: the close of {period} was asked for, and there is no run"));
        return wrong;
    }

    async Task<HashSet<string>> TextsAsync(string sql) => [.. (await installation.RowsAsync("monthclose", sql)).Select(row => (string)row[0]!)];

    sealed record ChargeRow(Guid ChargeId, Guid InvoiceId, string AccountId, string State, decimal Amount, string Currency, decimal? Booked, bool Waits);

    sealed record Capture(Guid ChargeId, decimal Amount, string Currency);
}

/// <summary>What was said to the installation and acknowledged by the broker: none of it may be lost.</summary>
sealed class Told
{
    public HashSet<string> Accounts { get; } = [];

    /// <summary>Account and id, a blank between them.</summary>
    public HashSet<string> Usage { get; } = [];

    /// <summary>Causes that the ledger must have, such as <c>credit:…</c>.</summary>
    public HashSet<string> Causes { get; } = [];

    /// <summary>Months whose close was asked for, as 202610.</summary>
    public HashSet<int> Periods { get; } = [];

    /// <summary>E-mails that were asked for beside the letters.</summary>
    public HashSet<Guid> Mails { get; } = [];
}
