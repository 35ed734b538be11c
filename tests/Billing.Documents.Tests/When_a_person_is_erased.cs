using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Billing.Sealing;
using Billing.Testing;
using Npgsql;

namespace Billing.Documents.Tests;

/// <summary>
/// A customer with a name that nobody else has goes through a month: letters, another address, another card, a message that failed, a command that was set
/// aside, one that is kept for later. Then he is erased. A dump of every database and every message of every queue are searched for him, opened with every key
/// that there is; the books are what they were.
/// </summary>
[Collection(nameof(WithOtherHosts))]
public sealed partial class When_a_person_is_erased(FourServices services) : IClassFixture<FourServices>
{
    const string Account = "erased-1";

    static readonly DateOnly LastDay = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime) is var today ? today.AddDays(-today.Day) : default;

    static readonly string Period = $"{LastDay:yyyy-MM}";

    /// <summary>What must be nowhere any more, in small letters.</summary>
    static readonly string[] Person =
        ["quartermain", "zebulon", "pm_zeb_first", "pm_zeb_second", "pm_zeb_third", "cus_zeb", "4915799911122", "de811907980"];

    static readonly Sealer Keys = new("test", new Dictionary<string, byte[]> { ["test"] = new byte[32] });

    HttpClient MonthClose { get; } = new() { BaseAddress = OneService.AddressOf(services.All[2]) };

    HttpClient Notification { get; } = new() { BaseAddress = OneService.AddressOf(services.All[3]) };

    [Fact]
    public async Task Should_leave_the_books_and_nothing_of_the_person()
    {
        await LiveThroughAMonthAsync();
        Assert.NotEmpty(await TracesAsync());       // whoever finds nothing now would find nothing later
        var (books, certificate) = (await BooksAsync(), await MonthClose.GetStringAsync(Of($"api/runs/{Period}/certificate")));
        var held = await HeldAsync();
        Assert.Equal(["month-close", "notification", "scheduler", "seat-refresh"],
            held.Where(one => one.GetProperty("values").GetArrayLength() > 0).Select(one => one.GetProperty("service").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(2, held.Sum(one => one.GetProperty("setAside").GetInt32()));

        await SayAsync("MonthClose.V1:EraseContact", new { accountId = Account, why = "asked for it", requestedBy = "privacy" });
        await Eventually.HoldsAsync(async () => (await WhatHappenedAsync()).Count(what => what.StartsWith("contact erased in ", StringComparison.Ordinal)),
            services => services == 4, "every service has erased what it held");

        await TellLateAsync();
        var traces = await TracesAsync();
        Assert.True(traces.Count == 0, string.Join((char)10, traces));
        Assert.Equal(books, await BooksAsync());
        Assert.Equal(certificate, await MonthClose.GetStringAsync(Of($"api/runs/{Period}/certificate")));
        Assert.Equal(Root(certificate), JsonDocument.Parse(await MonthClose.GetStringAsync(Of($"api/runs/{Period}/certificate/books"))).RootElement.GetProperty("root").GetString());
        Assert.All(await HeldAsync(), one =>
        {
            Assert.Empty(one.GetProperty("values").EnumerateArray());
            Assert.Equal(JsonValueKind.String, one.GetProperty("erasedAt").ValueKind);
        });
        Assert.StartsWith("%PDF", Encoding.ASCII.GetString(await MonthClose.GetByteArrayAsync(Of($"api/papers/{await InvoiceAsync()}?format=pdf")), 0, 4),
            StringComparison.Ordinal);
    }

    // ---- a month of a person ----

    async Task LiveThroughAMonthAsync()
    {
        await SayAsync("MonthClose.V1:SetPrice",
            new { priceCode = "api-calls", currency = "USD", description = "API calls", model = "unit", unitPrice = 0.01m });
        await RegisterAsync("zebulon@quartermain.example", "pm_zeb_first");
        await RegisterAsync("zeb.new@quartermain.example", "pm_zeb_second");
        await SayAsync("MonthClose.V1:ChangePaymentMethod", new { changeId = "zeb-3", accountId = Account, paymentMethod = "pm_zeb_third" });
        await SayAsync("MonthClose.V1:RecordUsage", new
        {
            records = new[] { new { accountId = Account, usageId = "u-1", priceCode = "api-calls", quantity = 1000, startedAt = $"{LastDay:yyyy-MM-dd}T10:00:00Z" } }
        });
        await SayAsync("MonthClose.V1:PlaceHold", new { accountId = Account, reason = "Zebulon Quartermain rang up", requestedBy = "support" });
        await SayAsync("MonthClose.V1:LiftHold", new { accountId = Account, reason = "settled with Mr Quartermain", requestedBy = "support" });
        await SayAsync("Seats.V1:RegisterSubscription", new
        {
            subscriptionId = "sub-zeb",
            accountId = Account,
            namespaceId = "ns-zeb",
            plan = "premium",
            seats = 2,
            termStart = $"{LastDay.AddYears(-1):yyyy-MM-dd}",
            termEnd = $"{LastDay:yyyy-MM-dd}",
            alertEmail = "alerts@quartermain.example"
        });
        await SayAsync("Notification.V1:SendSms", Sms(Guid.NewGuid(), "+4915799911122"));
        await SayAsync("Notification.V1:SendSms", Sms(Guid.NewGuid(), "4915799911122 Quartermain"));       // no number: it fails
        await SayAsync("Scheduling.V1:ScheduleCommand", new
        {
            scheduleId = Guid.NewGuid(),
            dueAt = TimeProvider.System.GetUtcNow().AddDays(30),
            command = "RegisterAccount",
            requestedBy = "support",
            body = new { accountId = Account, name = "Zebulon Quartermain", currency = "USD", email = "later@quartermain.example" }
        });
        // set aside: its currency is none; and a list of messages that cannot be read
        await SayAsync("MonthClose.V1:RegisterAccount", new { accountId = Account, name = "Zebulon Quartermain", currency = "EURO", email = "zebulon@quartermain.example" });
        await SayAsync("Notification.V1:SendEmails", new { emails = Enumerable.Range(0, 1001).Select(at => Email(at == 500 ? Account : "somebody-else")) });
        await SayAsync("MonthClose.V1:StartMonthClose", new { period = Period, requestedBy = "support" });
        var invoice = await Eventually.HoldsAsync(InvoiceAsync, number => number.Length > 0, "the invoice is issued");
        await Eventually.HoldsAsync(async () => (await services.Broker.ErrorQueuesAsync()).Count, queues => queues == 2, "two commands are set aside");
        await MonthClose.GetByteArrayAsync(Of($"api/papers/{invoice}?format=pdf"));
        await MonthClose.GetByteArrayAsync(Of($"api/papers/{invoice}?format=html"));
        await SayAsync("MonthClose.V1:RecordPayment", new { paymentId = "zeb-pays", accountId = Account, amount = 10.00m, currency = "USD" });
        await Eventually.HoldsAsync(async () => (await AccountAsync()).GetProperty("invoices")[0].GetProperty("status").GetString() == "Paid", "it is paid");
        await Eventually.HoldsAsync(async () => (await CountAsync(3, "select count(*) from \"Notification\" where \"State\" = 'Sent'")) >= 2, "his letters are sent");
        await Eventually.HoldsAsync(async () => await CountAsync(0, "select count(*) from \"ScheduledCommand\"") == 1, "a command is kept for later");
        await Eventually.HoldsAsync(async () => await CountAsync(1, "select count(*) from \"Subscription\"") == 1, "his subscription is known");
        await Eventually.HoldsAsync(async () => (await MonthClose.GetAsync(Of($"api/runs/{Period}/certificate"))).IsSuccessStatusCode, "the month is certified");
    }

    /// <summary>What was on its way, or comes from somebody who does not know.</summary>
    async Task TellLateAsync()
    {
        var late = Guid.NewGuid();
        await SayAsync("Notification.V1:SendEmail", new
        {
            notificationId = late,
            workspaceId = Account,
            to = "zebulon@quartermain.example",
            subject = "Dear Zebulon",
            text = "Dear Zebulon Quartermain"
        });
        await RegisterAsync("zebulon@quartermain.example", "pm_zeb_first", waits: false);
        await SayAsync("Seats.V1:RegisterSubscription", new
        {
            subscriptionId = "sub-zeb",
            accountId = Account,
            namespaceId = "ns-zeb",
            plan = "premium",
            seats = 3,
            termStart = $"{LastDay.AddYears(-1):yyyy-MM-dd}",
            termEnd = $"{LastDay:yyyy-MM-dd}",
            alertEmail = "alerts@quartermain.example"
        });
        await Eventually.HoldsAsync(async () => await CountAsync(3, $"select count(*) from \"Notification\" where \"NotificationId\" = '{late}'") == 1, "the late letter has come");
        await Eventually.HoldsAsync(async () => await CountAsync(1, "select count(*) from \"Subscription\" where \"Seats\" = 3") == 1, "the late subscription has come");
        await Eventually.HoldsAsync(services.Broker.QueuesAreEmptyAsync, "everything late was handled");
        Assert.Equal(0, await CountAsync(3, $"select count(*) from \"Notification\" where \"NotificationId\" = '{late}' and \"State\" <> 'Failed'"));
    }

    async Task RegisterAsync(string email, string paymentMethod, bool waits = true)
    {
        await SayAsync("MonthClose.V1:RegisterAccount", new
        {
            accountId = Account,
            name = "Zebulon Quartermain",
            currency = "USD",
            email,
            paymentMethod,
            gatewayCustomer = "cus_zeb",
            taxId = "DE811907980",
            country = "DE",
            manualPayment = true,
            joinedOn = $"{LastDay.AddMonths(-3):yyyy-MM-dd}",
            closedOn = $"{LastDay:yyyy-MM-dd}",
            requestedBy = "support"
        });
        if (waits)
            await Eventually.HoldsAsync(async () => (await WhatHappenedAsync(email)).Count > 0, $"{email} is registered");
    }

    static object Sms(Guid id, string to) => new { notificationId = id, workspaceId = Account, to, text = "Zebulon, your invoice is ready" };

    static object Email(string workspace) => new
    {
        notificationId = Guid.NewGuid(),
        workspaceId = workspace,
        to = workspace == Account ? "zebulon@quartermain.example" : "else@example.com",
        subject = "Hello",
        text = "Hello"
    };

    Task SayAsync(string command, object body) => services.Broker.PasteAsync($"Billing.Contracts.{command}", JsonSerializer.Serialize(body));

    // ---- what is there of him ----

    /// <summary>Every place where something of him is, in clear, in base64, compressed, or sealed under a key that there is.</summary>
    async Task<IReadOnlyList<string>> TracesAsync()
    {
        var traces = new List<string>();
        foreach (var database in services.Databases)
            traces.AddRange((await DumpAsync(database)).Split('\n').Where(IsOfHim).Select(line => $"{database.Name}: {line[..Math.Min(line.Length, 900)]}"));
        var queues = (await services.Broker.Management.GetFromJsonAsync<JsonElement[]>($"api/queues/{services.Broker.Name}?columns=name"))!;
        foreach (var queue in queues.Select(queue => queue.GetProperty("name").GetString()!))
            traces.AddRange((await services.Broker.PeekAsync(queue)).Select(message => message.GetRawText()).Where(IsOfHim).Select(text => $"{queue}: {text[^Math.Min(text.Length, 900)..]}"));
        return traces;
    }

    static bool IsOfHim(string text) => Forms(text.Replace("\\\\u002B", "+", StringComparison.Ordinal).Replace("\\u002B", "+", StringComparison.Ordinal), 0).Any(form => Array.Exists(Person, part => form.Contains(part, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The text, and what is in it: opened, decoded, unpacked.</summary>
    static IEnumerable<string> Forms(string text, int depth)
    {
        yield return text;
        if (depth > 3)
            yield break;
        foreach (var shut in SealedText().Matches(text).Select(match => match.Value))
            foreach (var form in Forms(Opened(shut), depth + 1))
                yield return form;
        foreach (var bytes in Base64Text().Matches(text).Select(match => Decoded(match.Value)).OfType<byte[]>())
        {
            yield return Encoding.UTF8.GetString(bytes);
            if (Unpacked(bytes) is { } unpacked)
                yield return unpacked;
        }
    }

    static string Opened(string shut)
    {
        try
        {
            return Keys.Open(shut);
        }
        catch (SealException)
        {
            return "";
        }
    }

    static byte[]? Decoded(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    static string? Unpacked(byte[] bytes)
    {
        try
        {
            using var brotli = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var text = new StreamReader(brotli, Encoding.UTF8);
            return text.ReadToEnd();
        }
        catch (Exception no) when (no is InvalidOperationException or IOException)
        {
            return null;
        }
    }

    static async Task<string> DumpAsync(TestDatabase database)
    {
        var to = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var program = Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", "pg_dump")).Order(StringComparer.Ordinal).Last(File.Exists);
        var start = new ProcessStartInfo(program, ["--data-only", "--host", to.Host!, "--port", $"{to.Port}", "--username", to.Username!, database.Name])
        {
            RedirectStandardOutput = true,
            Environment = { ["PGPASSWORD"] = to.Password }
        };
        using var dump = Process.Start(start)!;
        var text = await dump.StandardOutput.ReadToEndAsync();
        await dump.WaitForExitAsync();
        Assert.Equal(0, dump.ExitCode);
        return text;
    }

    // ---- what is asked ----

    /// <summary>Invoices, lines, ledger, charges and payments, row by row, but for the name on the invoice.</summary>
    async Task<string> BooksAsync()
    {
        var books = new StringBuilder();
        foreach (var table in (string[])["Invoice", "InvoiceLine", "LedgerTransaction", "LedgerEntry", "AccountBalance", "PaymentAllocation", "Letter", "RunReport"])
            books.AppendLine(await ReadAsync(2, $"""select coalesce(string_agg(row::text, E'\n' order by row::text), '') from (select to_jsonb(t) - 'BilledTo' as row from "{table}" t) rows"""));
        return books.ToString();
    }

    async Task<string> InvoiceAsync() => await ReadAsync(2, $"""select coalesce(max("Number"), '') from "Invoice" where "AccountId" = '{Account}'""");

    async Task<JsonElement> AccountAsync() => await MonthClose.GetFromJsonAsync<JsonElement>(Of($"api/accounts/{Account}"));

    async Task<IReadOnlyList<JsonElement>> HeldAsync()
    {
        var held = new List<JsonElement>();
        foreach (var service in services.All)
        {
            using var http = new HttpClient { BaseAddress = OneService.AddressOf(service) };
            held.Add(await http.GetFromJsonAsync<JsonElement>(Of($"api/contacts/{Account}")));
        }

        return held;
    }

    async Task<IReadOnlyList<string>> WhatHappenedAsync(string? emailAfter = null)
    {
        var masked = emailAfter is null ? "" : $"{emailAfter[0]}***{emailAfter[emailAfter.IndexOf('@')..]}";
        var page = await MonthClose.GetFromJsonAsync<JsonElement>(Of($"api/audit?account={Account}"));
        return [.. page.GetProperty("entries").EnumerateArray().Where(entry => entry.GetRawText().Contains(masked, StringComparison.Ordinal))
            .Select(entry => entry.GetProperty("what").GetString()!)];
    }

    static string Root(string certificate) => JsonDocument.Parse(certificate).RootElement.GetProperty("certificate").GetProperty("root").GetString()!;

    async Task<long> CountAsync(int service, string sql) => long.Parse(await ReadAsync(service, sql));

    async Task<string> ReadAsync(int service, string sql)
    {
        await using var connection = new NpgsqlConnection(services.Databases[service].ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return $"{await command.ExecuteScalarAsync()}";
    }

    static Uri Of(string path) => new(path, UriKind.Relative);

    [GeneratedRegex(@"sealed:v1:[^:""\\\s]+:[A-Za-z0-9+/=]+")]
    private static partial Regex SealedText();

    [GeneratedRegex(@"(?<![A-Za-z0-9+/=:])[A-Za-z0-9+/]{12,}={0,2}(?![A-Za-z0-9+/=])")]
    private static partial Regex Base64Text();
}
