using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Collect.Collecting;
using Billing.SimulatedGateway;
using Billing.Testing;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace Billing.MonthClose.Tests.House;

/// <summary>
/// One MonthClose service on a virtual host and a database of its own, beside a simulated gateway. Tests speak to it as anyone does: by messages,
/// and read what it did from its database and its HTTP.
/// </summary>
public sealed class MonthCloseHouse : IAsyncLifetime
{
    readonly HeardMessages _heard = new();
    readonly string _gatewayFolder = Directory.CreateTempSubdirectory("billing-gateway-").FullName;
    TestDatabase _database = null!;
    TestVirtualHost _virtualHost = null!;
    WebApplication _gateway = null!;
    readonly OneService _service = new();
    IBusControl _bus = null!;
    bool _brokenInto;

    /// <summary>The first instant after October 2026 in UTC, and then on at its own pace.</summary>
    public ShiftedTimeProvider Clock { get; } = new();

    /// <summary>What a test configures besides the ordinary; before the house is built, or while its service is stopped.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>What is added to the connection string of the service, while it is stopped.</summary>
    public string Connection { get; set; } = "";

    /// <summary>What a test puts in the place of the real thing, such as a gateway that says what it is told to.</summary>
    public Action<IServiceCollection>? Replace { get; set; }

    /// <summary>Letters of which Notification says that it could not write them.</summary>
    public HashSet<Guid> LettersThatFail { get; } = [];

    public HttpClient Http { get; private set; } = null!;
    public HttpClient Gateway { get; private set; } = null!;
    public TestVirtualHost Broker => _virtualHost;
    public ServiceDatabase Database => _database.Access;
    public IServiceProvider Services => _service.Running.Services;

    public async Task InitializeAsync()
    {
        Clock.SetTo(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        _database = await TestDatabase.BorrowAsync("monthclose");
        _virtualHost = await TestVirtualHost.BorrowAsync("monthclose");
        _virtualHost.Unsent = UnsentAsync;
        await StartGatewayAsync();
        await StartServiceAsync();
        await _database.HasItsTablesAsync();
        _bus = Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.Host(TestVirtualHost.Host, TestVirtualHost.Port, _virtualHost.Name, host =>
            {
                host.Username(TestVirtualHost.Username);
                host.Password(TestVirtualHost.Password);
            });
            bus.ReceiveEndpoint("what-the-test-hears", endpoint =>
            {
                _heard.Hear<AccountRegistered>(endpoint);
                _heard.Hear<AccountsRegistered>(endpoint);
                _heard.Hear<UsageRecorded>(endpoint);
                _heard.Hear<PaymentRecorded>(endpoint);
                _heard.Hear<InvoiceIssued>(endpoint);
                _heard.Hear<ControlTagsSet>(endpoint);
                _heard.Hear<CreditNoteIssued>(endpoint);
                _heard.Hear<PaymentRefunded>(endpoint);
                _heard.Hear<PaymentRefundFailed>(endpoint);
                _heard.Hear<PaymentRefundUnknown>(endpoint);
                _heard.Hear<PaymentDisputed>(endpoint);
                _heard.Hear<InvoiceVoided>(endpoint);
                _heard.Hear<InvoiceReissued>(endpoint);
                _heard.Hear<InvoiceWrittenOff>(endpoint);
                _heard.Hear<DebtRecovered>(endpoint);
                _heard.Hear<CreditApplied>(endpoint);
                _heard.Hear<CreditRevoked>(endpoint);
                _heard.Hear<ChargeSucceeded>(endpoint);
                _heard.Hear<ChargeFailed>(endpoint);
                _heard.Hear<ChargeSkipped>(endpoint);
                _heard.Hear<AccountHeld>(endpoint);
                _heard.Hear<BillingAlert>(endpoint);
                _heard.Hear<PaymentOverdue>(endpoint);
                _heard.Hear<HoldLifted>(endpoint);
                _heard.Hear<PaymentMethodChanged>(endpoint);
                _heard.Hear<InvoiceRetryRefused>(endpoint);
                _heard.Hear<AccountOverdueChanged>(endpoint);
                _heard.Hear<CollectionNeedsAttention>(endpoint);
                _heard.Hear<AccountClosed>(endpoint);
                _heard.Hear<AccountParked>(endpoint);
                _heard.Hear<MonthCloseStarted>(endpoint);
                _heard.Hear<MonthClosePreviewed>(endpoint);
                _heard.Hear<MonthCloseHeldBack>(endpoint);
                _heard.Hear<RunPaused>(endpoint);
                _heard.Hear<RunResumed>(endpoint);
                _heard.Hear<MonthCloseDrafted>(endpoint);
                _heard.Hear<MonthCloseCompleted>(endpoint);
                _heard.Hear<MonthCloseSucceeded>(endpoint);
                _heard.Hear<SendEmails>(endpoint);
                _heard.Hear<DriftFound>(endpoint);
                _heard.Hear<DriftAccepted>(endpoint);
                _heard.Hear<ReconciliationCompleted>(endpoint);
                // as Notification answers: it knows what it was asked to send
                endpoint.Handler<FindNotifications>(context => context.RespondAsync(new NotificationsFound
                {
                    Notifications = [.. context.Message.NotificationIds.Intersect(Heard<SendEmails>().SelectMany(list => list.Emails).Select(email => email.NotificationId))
                        .Select(id => new FoundNotification { NotificationId = id, State = LettersThatFail.Contains(id) ? "Failed" : "Sent" })]
                }));
                _heard.Hear<Fault>(endpoint);
            });
        });
        _bus.ConnectReceiveObserver(_virtualHost.Handling);
        await _bus.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _bus.StopAsync();
        await StopServiceAsync();
        if (!_brokenInto)
        {
            await DebitsEqualCreditsAsync();
            await TalliesEqualCountsAsync();
        }

        await _gateway.DisposeAsync();
        Gateway.Dispose();
        await _virtualHost.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_gatewayFolder, recursive: true);
    }

    /// <summary>The gateway's clock is ours, and its record and address outlive it.</summary>
    public async Task StartGatewayAsync()
    {
        _gateway = GatewayApplication.Build([], builder =>
        {
            Configure(builder, new() { ["Urls"] = Gateway?.BaseAddress?.ToString() ?? "http://127.0.0.1:0", ["Gateway:Folder"] = _gatewayFolder });
            builder.Services.AddSingleton<TimeProvider>(Clock);
        });
        await _gateway.StartAsync();
        Gateway ??= new HttpClient { BaseAddress = OneService.AddressOf(_gateway) };
    }

    public async Task StopGatewayAsync() => await _gateway.DisposeAsync();

    public async Task StartServiceAsync()
    {
        await LaunchServiceAsync();
        await OneService.IsReadyAsync(Http);
    }

    /// <summary>Starts it, and does not wait until it is ready.</summary>
    public async Task LaunchServiceAsync() => Http = await _service.StartAsync(Build());

    /// <summary>A second process on the same database and broker; whoever starts it ends it.</summary>
    public async Task<WebApplication> StartAnotherServiceAsync()
    {
        var another = Build();
        await another.StartAsync();
        using var http = new HttpClient { BaseAddress = OneService.AddressOf(another) };
        await OneService.IsReadyAsync(http);
        return another;
    }

    WebApplication Build() =>
        MonthCloseApplication.Build([], builder =>
        {
            Configure(builder, new()
            {
                ["Urls"] = "http://127.0.0.1:0",
                ["Database:ConnectionString"] = _database.Access.Service + Connection,
                ["Database:OwnerConnectionString"] = _database.Access.Owner,
                ["RabbitMq:Host"] = TestVirtualHost.Host,
                ["RabbitMq:Port"] = TestVirtualHost.Port.ToString(),
                ["RabbitMq:VirtualHost"] = _virtualHost.Name,
                ["RabbitMq:Username"] = TestVirtualHost.UserOf(BrokerUsers.MonthClose).Name,
                ["RabbitMq:Password"] = TestVirtualHost.UserOf(BrokerUsers.MonthClose).Password,
                ["Gateway:BaseAddress"] = Gateway.BaseAddress!.ToString(),
                ["Gateway:Timeout"] = $"{TimeLimits.Scaled(TimeSpan.FromSeconds(1.5))}",
                ["Closing:ChunkSize"] = "10",
                ["Reconciling:SettleTime"] = "00:00:00",
                ["Serilog:MinimumLevel:Default"] = "Warning"
            });
            builder.Configuration.AddInMemoryCollection(Settings);
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            builder.Services.AddReceiveObserver(_ => _virtualHost.Handling);
            if (Replace is { } replace)
                builder.Host.ConfigureContainer<IServiceCollection>((_, services) => replace(services));       // last, so that it takes the place of what the service itself adds
        });

    public async Task StopServiceAsync()
    {
        Http.Dispose();
        await _service.StopAsync();
    }

    public Task<IReadOnlyList<string>> AllEndpointsReadOddIdsAsync() => OddIds.AllEndpointsReadThemAsync(_service.Running, Http);

    // ---- what a test says ----

    public Task TellAsync(params object[] messages) => Task.WhenAll(messages.Select(message => _bus.Publish(message)));

    /// <summary>Registers accounts with what an ordinary one has, and waits until they are known.</summary>
    public async Task RegisterAsync(params RegisterAccount[] accounts)
    {
        await TellAsync(new RegisterAccounts { Accounts = accounts });
        var ids = accounts.Select(account => account.AccountId).ToList();
        await Eventually.HoldsAsync(async () => await AskAsync(db => db.Accounts.CountAsync(account => ids.Contains(account.AccountId))) == ids.Count, "the accounts are registered");
    }

    public async Task SetPricesAsync(params SetPrice[] prices)
    {
        var before = await AskAsync(db => db.Prices.CountAsync());
        await TellAsync([.. prices]);
        await Eventually.HoldsAsync(async () => await AskAsync(db => db.Prices.CountAsync()) >= before + prices.Length, "the prices are set");
    }

    public async Task UseAsync(params UsageRecord[] records)
    {
        var reference = Guid.NewGuid().ToString();
        await TellAsync(new RecordUsage { Records = records, Reference = reference });
        await HearsAsync<UsageRecorded>(answer => answer.Reference == reference);
    }

    /// <summary>Registers the accounts, lets each use 10.00 in October, and closes October.</summary>
    public async Task BillOctoberAsync(params RegisterAccount[] accounts)
    {
        await SetPricesAsync(Sample.ApiCalls);
        await RegisterAsync(accounts);
        await UseAsync([.. accounts.Select(account => Sample.Use(account.AccountId, 1000))]);
        await CloseAsync("2026-10");
    }

    /// <summary>Closes the month and waits until every account has ended. The clock moves to noon UTC of the day after its last when that is still to come.</summary>
    public async Task<MonthCloseCompleted> CloseAsync(string period, TimeSpan? limit = null)
    {
        var over = BillingPeriod.Parse(period).EndsAt("UTC").AddHours(12);
        if (Clock.GetUtcNow() < over)
            Clock.SetTo(over);
        await TellAsync(new StartMonthClose { Period = period, RequestedBy = "a test" });
        return await HearsAsync<MonthCloseCompleted>(completed => completed.Period == period, limit);
    }

    /// <summary>Looks at a month as it would be closed.</summary>
    public async Task<MonthClosePreviewed> PreviewAsync(string period)
    {
        var before = Heard<MonthClosePreviewed>().Count;
        await TellAsync(new PreviewMonthClose { Period = period, RequestedBy = "a test" });
        return (await Eventually.HoldsAsync(() => Task.FromResult(Heard<MonthClosePreviewed>()), heard => heard.Count > before, "the month is previewed"))[^1];
    }

    // ---- what a test asks ----

    public Task<T> HearsAsync<T>(Func<T, bool>? which = null, TimeSpan? limit = null)
        where T : class =>
        _heard.FirstAsync(which, limit);

    public IReadOnlyList<T> Heard<T>(Func<T, bool>? which = null)
        where T : class => _heard.Of(which);

    public async Task<T> AskAsync<T>(Func<MonthCloseDbContext, Task<T>> question)
    {
        await using var scope = _service.Running.Services.CreateAsyncScope();
        return await question(scope.ServiceProvider.GetRequiredService<MonthCloseDbContext>());
    }

    /// <summary>Runs a statement as someone who breaks in: what the service must survive, or a reconciler find.</summary>
    public async Task BreakInAsync(string sql)
    {
        _brokenInto = true;
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The database refuses what the service writes, until it is <see cref="TakeAgainAsync">taken again</see>.</summary>
    /// <param name="table">Where.</param>
    /// <param name="what"><c>insert</c> or <c>update</c>.</param>
    /// <param name="when">Which rows, by <c>new</c> and <c>old</c>.</param>
    public Task RefuseAsync(string table, string what, string when = "true") => BreakInAsync($$"""
        create function refuse() returns trigger language plpgsql as $$ begin
            if {{when}} then raise exception 'refused by a test'; end if;
            return new;
        end $$;
        create trigger refuse before {{what}} on "{{table}}" for each row execute function refuse();
        """);

    public Task TakeAgainAsync(string table) => BreakInAsync($"""drop trigger refuse on "{table}" """);

    /// <summary>What a statement of someone who breaks in reads: the first column, as text.</summary>
    public Task<IReadOnlyList<string>> ReadInAsync(string sql) => ReadAsync(_database.ConnectionString, sql);

    /// <summary>The same as the service's own user, with the rights that he has.</summary>
    public Task<IReadOnlyList<string>> ReadAsServiceAsync(string sql) => ReadAsync($"{Database.Service};Pooling=false", sql);

    static async Task<IReadOnlyList<string>> ReadAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }

    /// <summary>
    /// Rows of every table but the preview's own, the notes of what was consumed, and who holds permits, which go by themselves; and the last number of an invoice.
    /// </summary>
    public async Task<IReadOnlyList<string>> RowsBesidePreviewsAsync()
    {
        var tables = await ReadInAsync("""
            select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
                and table_name not in ('RunPreview', 'PreviewedAccount', 'InboxState', 'OutboxMessage', 'OutboxState', 'PermitHolder') order by 1
            """);
        var counts = new List<string>();
        foreach (var table in tables)
            counts.Add($"{table} {(await ReadInAsync($"""select count(*)::text from "{table}" """))[0]}");
        return [.. counts, $"numbers {(await ReadInAsync("""select last_value::text || is_called::text from "InvoiceNumber" """))[0]}"];
    }

    /// <summary>Takes the one lock of an account, as somebody else who works on it, until it is disposed of.</summary>
    public async Task<IAsyncDisposable> HoldLockAsync(string accountId)
    {
        var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("""begin; select 1 from "AccountBalance" where "AccountId" = $1 for update""".Replace("$1", $"'{accountId}'", StringComparison.Ordinal), connection);
        await command.ExecuteNonQueryAsync();
        return connection;      // closing it ends its transaction
    }

    public async Task<JsonElement> AccountAsync(string accountId) => await Http.GetFromJsonAsync<JsonElement>(new Uri($"api/accounts/{accountId}", UriKind.Relative));

    public Task<Guid> InvoiceOfAsync(string accountId) => AskAsync(db => db.Invoices.Where(invoice => invoice.AccountId == accountId).Select(invoice => invoice.InvoiceId).SingleAsync());

    public Task<int> ChargesOfAsync(string accountId) => AskAsync(db => db.Charges.CountAsync(charge => charge.AccountId == accountId && charge.State != ChargeState.Skipped));

    /// <summary>The templates that were sent to an account about its payments, in the order of their sending.</summary>
    public IReadOnlyList<string> LettersTo(string accountId) =>
        [.. Heard<SendEmails>().SelectMany(mail => mail.Emails).Where(mail => mail.WorkspaceId == accountId && mail.Template != "invoice").DistinctBy(mail => mail.NotificationId).Select(mail => mail.Template!)];

    /// <summary>Ends when nothing is left to handle.</summary>
    public Task QuietAsync(TimeSpan? limit = null) => Eventually.HoldsAsync(_virtualHost.BusyQueuesAsync, busy => busy.Length == 0, "every message was handled", limit);

    /// <summary>Messages that were committed and have not left; a timer does not count before its time.</summary>
    Task<int> UnsentAsync()
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        return AskAsync(db => db.Set<OutboxMessage>().CountAsync(message => message.EnqueueTime == null || message.EnqueueTime <= now));
    }

    /// <summary>Waits until a command lies refused in the queue that <c>contracts/README.md</c> promises, for a reason that holds these words.</summary>
    public Task<string> IsRefusedAsync(string command, string reason) => Eventually.HoldsAsync(
        async () => string.Join("\n", (await Broker.PeekAsync($"month-close-{KebabCaseEndpointNameFormatter.Instance.SanitizeName(command)}_error"))
            .Select(message => message.GetProperty("properties").GetProperty("headers").GetProperty("MT-Fault-Message").GetString())),
        reasons => reasons.Contains(reason, StringComparison.Ordinal), $"{command} is refused: {reason}");

    /// <summary>Waits until the collection of the account's one invoice is in that state.</summary>
    public Task<CollectionState> CollectionIsAsync(string accountId, string state, TimeSpan? limit = null) => Eventually.HoldsAsync(
        () => AskAsync(db => db.Collections.AsNoTracking().Where(one => one.AccountId == accountId).SingleOrDefaultAsync())!,
        one => one?.CurrentState == state, $"the collection of {accountId} is {state}", limit)!;

    /// <summary>A person wants the account's one invoice charged, as it is in the books now.</summary>
    public async Task RetryInvoiceOfAsync(string accountId, string requestedBy = "support")
    {
        var invoice = await AskAsync(db => db.Invoices.AsNoTracking().SingleAsync(invoice => invoice.AccountId == accountId));
        await TellAsync(new RetryInvoice
        {
            InvoiceId = invoice.InvoiceId,
            Amount = invoice.Open > 0 ? invoice.Open : invoice.AmountDue,
            Currency = invoice.Currency,
            InvoiceVersion = invoice.Version,
            AsOf = Clock.GetUtcNow(),
            RequestedBy = requestedBy
        });
    }

    public async Task<JsonElement> CollectionViewAsync(Guid invoiceId) => await Http.GetFromJsonAsync<JsonElement>(new Uri($"api/collections/{invoiceId}", UriKind.Relative));

    /// <summary>The question what became of the account's unknown charge; the newest, if there were several.</summary>
    public Task<ChargeInquiryState> InquiryIsAsync(string accountId, string state, TimeSpan? limit = null) => Eventually.HoldsAsync(
        () => AskAsync(db => db.ChargeInquiries.AsNoTracking().Where(one => one.AccountId == accountId).OrderByDescending(one => one.StartedAt).FirstOrDefaultAsync())!,
        one => one?.CurrentState == state, $"the inquiry about {accountId}'s charge is {state}", limit)!;

    /// <summary>
    /// Each charge whose outcome nobody knows has an inquiry that waits for its time: a clock that is moved before would leave it to wait for as long again.
    /// </summary>
    public Task UnknownChargesAreAskedAboutAsync() => Eventually.HoldsAsync(() => AskAsync(db => db.Charges
            .Where(charge => charge.State == ChargeState.Unknown || charge.State == ChargeState.Pending)
            .AllAsync(charge => db.ChargeInquiries.Any(one => one.CorrelationId == charge.ChargeId && one.CurrentState == nameof(ChargeInquiry.Asking)))),
        "an inquiry waits about each unknown charge");

    /// <summary>
    /// Moves the clock past the time at which the collection of the account, or the inquiry about its charge, acts next: once both have heard of all that
    /// was said, or the time would be one that is about to change. A time that has passed is waited out: whoever acts by it is at work, and will set another.
    /// </summary>
    public async Task PassDueTimeAsync(string accountId)
    {
        await QuietAsync();
        var due = await Eventually.HoldsAsync(() => AskAsync(async db => new[]
        {
            await db.Collections.Where(one => one.AccountId == accountId).MinAsync(one => one.DueAt),
            await db.ChargeInquiries.Where(one => one.AccountId == accountId).MinAsync(one => one.DueAt)
        }.Min()), one => one > Clock.GetUtcNow(), $"the collection of {accountId} waits");
        Clock.Advance(due!.Value - Clock.GetUtcNow() + TimeSpan.FromSeconds(6));
    }

    public async Task<JsonElement> RunAsync(string period) => await Http.GetFromJsonAsync<JsonElement>(new Uri($"api/runs/{period}", UriKind.Relative));

    /// <summary>Invoices, charges, ledger and the gateway's own record agree, and debits equal credits.</summary>
    public async Task BooksAgreeAsync(string period)
    {
        var books = await Http.GetFromJsonAsync<JsonElement>(new Uri($"api/runs/{period}/reconciliation", UriKind.Relative));
        Assert.Equal("[]", books.GetProperty("differences").GetRawText());
        Assert.Empty(await AskAsync(db => db.LedgerEntries.GroupBy(entry => entry.TransactionId).Where(entries => entries.Sum(entry => entry.Amount) != 0)
            .Select(entries => entries.Key).ToListAsync()));
    }

    /// <summary>Reconciles a month, or as each night when none is named, and waits for the answer.</summary>
    public async Task<ReconciliationCompleted> ReconcileAsync(string? period)
    {
        var requestedBy = $"a test {Guid.NewGuid()}";
        await TellAsync(new StartReconciliation { Period = period, RequestedBy = requestedBy });
        return await HearsAsync<ReconciliationCompleted>(pass => pass.RequestedBy == requestedBy);
    }

    /// <summary>After whatever tests did: every transaction sums to zero, and every balance is the sum of its entries. In SQL, past all code of ours.</summary>
    async Task DebitsEqualCreditsAsync() => Assert.Equal([], await ReadInAsync("""
            select 'transaction ' || "TransactionId" || ' sums to ' || sum("Amount") from "LedgerEntry" group by "TransactionId" having sum("Amount") <> 0
            union all
            select 'balance of ' || b."AccountId" || ' is off' from "AccountBalance" b left join
                (select "AccountId", sum("Amount") filter (where "Account" = 'receivable') as owed, -sum("Amount") filter (where "Account" = 'customer-credit') as credit
                 from "LedgerEntry" group by "AccountId") e on e."AccountId" = b."AccountId"
            where b."Owed" <> coalesce(e.owed, 0) or b."Credit" <> coalesce(e.credit, 0)
            limit 20
            """));

    /// <summary>What was counted where it happened is what one counts who reads every row, by whatever road each row came there.</summary>
    async Task TalliesEqualCountsAsync() => Assert.Equal([], await ReadInAsync("""
        with invoice as (
            select i.*, case when c."Step" = 'Parked' then 'Parked' else coalesce(c."Outcome", '') end as "Close",
                case when i."Status" = 'Open' or (i."Status" = 'CarriedForward' and i."CarriedTo" is null) then i."AmountDue" - i."AmountPaid" - i."AmountReduced" else 0 end as "Open"
            from "Invoice" i join "AccountClose" c on c."RunId" = i."RunId" and c."AccountId" = i."AccountId" where i."Status" <> 'Voided'),
        given_back as (
            select "InvoiceId", "Currency", "Amount" as "Credited", 0 as "Refunded" from "CreditNote"
            union all select "InvoiceId", "Currency", 0, "Amount" from "Refund" where "State" = 'Succeeded'),
        difference as (
            select 'accounts ' || concat_ws(' ', "RunId", "Step", "Outcome", "ReasonCode", "Count") as what, sign from (
                select "RunId", "Step", coalesce("Outcome", '') as "Outcome", case when "Step" = 'Parked' then "ReasonCode" else '' end as "ReasonCode", count(*) as "Count", 1 as sign
                from "AccountClose" group by 1, 2, 3, 4
                union all
                select "RunId", "Step", "Outcome", "ReasonCode", sum("Accounts"), -1 from "CloseTally" group by 1, 2, 3, 4 having sum("Accounts") <> 0) x
            union all
            select 'money ' || concat_ws(' ', "RunId", "Currency", "Close", "Invoices", trim_scale("Invoiced"), trim_scale("Tax"), trim_scale("CreditUsed"), trim_scale("Collected"),
                trim_scale("WrittenOff"), trim_scale("Recovered"), trim_scale("Open")), sign from (
                select "RunId", "Currency", "Close", count(*) as "Invoices", sum("Total" - "Carried") as "Invoiced", sum("Tax") as "Tax", sum("CreditApplied" + "CreditUsedLater") as "CreditUsed",
                    sum("AmountPaid") as "Collected", sum("WrittenOff") as "WrittenOff", sum("Recovered") as "Recovered", sum("Open") as "Open", 1 as sign
                from invoice group by 1, 2, 3
                union all
                select "RunId", "Currency", "Close", sum("Invoices"), sum("Invoiced"), sum("Tax"), sum("CreditUsed"), sum("Collected"), sum("WrittenOff"), sum("Recovered"), sum("Open"), -1
                from "MoneyTally" group by 1, 2, 3
                having sum("Invoices") <> 0 or sum("Invoiced") <> 0 or sum("Tax") <> 0 or sum("CreditUsed") <> 0 or sum("Collected") <> 0 or sum("WrittenOff") <> 0 or sum("Recovered") <> 0 or sum("Open") <> 0) x
            union all
            select 'given back ' || concat_ws(' ', "RunId", "Currency", trim_scale("Credited"), trim_scale("Refunded")), sign from (
                select i."RunId", g."Currency", sum(g."Credited") as "Credited", sum(g."Refunded") as "Refunded", 1 as sign from given_back g join "Invoice" i using ("InvoiceId") group by 1, 2
                union all
                select "RunId", "Currency", sum("Credited"), sum("Refunded"), -1 from "MoneyTally" group by 1, 2 having sum("Credited") <> 0 or sum("Refunded") <> 0) x)
        select what || case when sum(sign) > 0 then ' was counted, and not tallied' else ' was tallied, and not counted' end from difference
        group by what having sum(sign) <> 0 order by 1 limit 20
        """));

    public Task GatewayRulesAsync(params object[] rules) => GatewayRulesAsync(1, rules);

    /// <summary>With the seed that the chances are drawn from.</summary>
    public async Task GatewayRulesAsync(int seed, params object[] rules)
    {
        using var answer = await Gateway.PutAsJsonAsync(new Uri("simulator/rules", UriKind.Relative), new { seed, rules });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Lets the gateway tell us by itself what happened, as well or as badly as the rules say.</summary>
    public async Task TellByWebhookAsync(string secret, int seed = 1, double missing = 0, double duplicated = 0, double delayed = 0, int delayMs = 0)
    {
        using var answer = await Gateway.PutAsJsonAsync(new Uri("simulator/webhooks", UriKind.Relative), new
        {
            endpoint = new Uri(Http.BaseAddress!, "webhooks/stripe"),
            secret,
            seed,
            missing,
            duplicated,
            delayed,
            delay_ms = delayMs
        });
        answer.EnsureSuccessStatusCode();
    }

    public async Task<IReadOnlyList<JsonElement>> CapturesAsync() =>
        [.. (await Gateway.GetStringAsync(new Uri("simulator/record", UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    /// <summary>The gateway takes the 10.00 of a charge of October without our service: under its key as if the answer had been lost, or else once more.</summary>
    public async Task CaptureAsync(string account, Guid charge, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/payment_intents");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["amount"] = "1000",
            ["currency"] = "usd",
            ["customer"] = account,
            ["payment_method"] = "pm_ok",
            ["confirm"] = "true",
            ["off_session"] = "true",
            ["metadata[charge_id]"] = charge.ToString(),
            ["metadata[period]"] = "2026-10"
        });
        using var answer = await Gateway.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A person gives money of a payment back at the gateway.</summary>
    /// <param name="payment">The gateway's own id.</param>
    /// <param name="minor">In the currency's minor unit.</param>
    public async Task RefundAtGatewayAsync(string payment, int minor)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["payment_intent"] = payment, ["amount"] = $"{minor}" });
        using var answer = await Gateway.PostAsync(new Uri("v1/refunds", UriKind.Relative), form);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The customer's bank takes a payment back, or decides.</summary>
    /// <param name="payment">The gateway's own id.</param>
    /// <param name="status"><c>needs_response</c>, <c>won</c> or <c>lost</c>.</param>
    public async Task DisputeAsync(string payment, string status)
    {
        using var answer = await Gateway.PutAsJsonAsync(new Uri("simulator/disputes", UriKind.Relative), new { payment_intent = payment, status });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The gateway's own id of the account's one payment.</summary>
    public async Task<string> PaymentOfAsync(string accountId) => (await AskAsync(db => db.Charges.Where(charge => charge.AccountId == accountId
        && charge.State == ChargeState.Succeeded).Select(charge => charge.GatewayReference).SingleAsync()))!;

    static void Configure(WebApplicationBuilder builder, Dictionary<string, string?> settings)
    {
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
    }
}

/// <summary>Ordinary things, so that a test only says what matters to it.</summary>
static class Sample
{
    public static RegisterAccount Account(string id) =>
        new() { AccountId = id, Name = id, Currency = "USD", Email = $"{id}@example.com", PaymentMethod = "pm_ok" };

    public static UsageRecord Use(string accountId, decimal quantity, string on = "2026-10-10T10:00:00Z", string? id = null) =>
        new() { AccountId = accountId, UsageId = id ?? Guid.NewGuid().ToString(), PriceCode = "api-calls", Quantity = quantity, StartedAt = DateTimeOffset.Parse(on) };

    public static readonly SetPrice ApiCalls = new() { PriceCode = "api-calls", Currency = "USD", Description = "API calls", Model = "unit", UnitPrice = 0.01m };

    public static readonly SetPrice Seat = new() { PriceCode = "seat", Currency = "USD", Description = "Additional seat", Model = "unit", UnitPrice = 20.00m };
}
