using System.Collections.Concurrent;
using Billing.Cli.Closing;
using Billing.Cli.Reconciling;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Seats.V1;
using Billing.Testing;
using Billing.Views.MonthClose;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Billing.Cli.Tests.Demo;

/// <summary>Takes everything in from a real broker and answers over HTTP as MonthClose does; it bills nothing.</summary>
sealed class PretendedMonthClose : IAsyncDisposable
{
    readonly ConcurrentQueue<PassView> _passes = [];
    static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    readonly ConcurrentDictionary<string, RegisterAccount> _accounts = new();
    readonly ConcurrentDictionary<string, UsageRecord> _usage = new();
    readonly ConcurrentDictionary<(string, string), SetPrice> _prices = new();
    readonly ConcurrentDictionary<(string, string?, DateOnly), SetTaxRate> _taxRates = new();
    readonly ConcurrentDictionary<string, GrantCredit> _credits = new();
    readonly IBusControl _bus;
    readonly WebApplication _web;
    int _looks;
    Guid? _preview;

    PreviewView Preview(string period, Guid id) => new()
    {
        Period = period,
        PreviewId = id,
        State = "Ready",
        AskedAt = Start,
        CommitToken = new string('c', 64),
        Accounts = _accounts.Count,
        Computed = _accounts.Count,
        Billed = _accounts.Count,
        Parked = 0,
        New = _accounts.Count,
        Gone = 0,
        Changed = 0,
        Outliers = 0,
        Money = [new PreviewMoney("USD", _accounts.Count, 10, 0, 10, 0)]
    };

    PretendedMonthClose(TestVirtualHost host)
    {
        _bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(TestVirtualHost.Host, TestVirtualHost.Port, host.Name, h =>
            {
                h.Username(TestVirtualHost.Username);
                h.Password(TestVirtualHost.Password);
            });
            rabbit.ReceiveEndpoint("month-close", endpoint =>
            {
                endpoint.Handler<RegisterAccount>(x => Take(_accounts, x.Message.AccountId, x.Message));
                endpoint.Handler<RegisterAccounts>(x => Task.WhenAll(x.Message.Accounts.Select(account => Take(_accounts, account.AccountId, account))));
                endpoint.Handler<SetTaxRate>(x => Take(_taxRates, (x.Message.Country, x.Message.Region, x.Message.ValidFrom), x.Message));
                endpoint.Handler<SetPrice>(x => Take(_prices, (x.Message.PriceCode, x.Message.Currency), x.Message));
                endpoint.Handler<GrantCredit>(x => Take(_credits, x.Message.CreditId, x.Message));
                endpoint.Handler<SeatUsageChanged>(x =>
                {
                    Seats = x.Message;
                    return Task.CompletedTask;
                });
                endpoint.Handler<RecordUsage>(x => Task.WhenAll(x.Message.Records.Select(record => Take(_usage, record.UsageId, record))));
                endpoint.Handler<StartReconciliation>(x =>
                {
                    _passes.Enqueue(new PassView(x.MessageId!.Value, x.Message.Period ?? "2026-09, 2026-10", 240, 1, 0, 1, 0, 0, ""));
                    return Task.CompletedTask;
                });
                endpoint.Handler<PreviewMonthClose>(x =>
                {
                    _preview = x.MessageId;
                    return Task.CompletedTask;
                });
                endpoint.Handler<StartMonthClose>(x =>
                {
                    Started = x.Message;
                    return Task.CompletedTask;
                });
            });
        });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _web = builder.Build();
        _web.MapGet("/api/intake", () => new IntakeView(_accounts.Count, _usage.Count, _prices.Count, _credits.Count, 0, 0, _taxRates.Count));
        _web.MapGet("/api/reconciliation", () => new ReconciliationState
        {
            Unreconciled = 1,
            Drifts = [new(Guid.NewGuid(), "captured-twice", "acme", "pi_2 took 10 again", "Parked", "nothing more is charged")],
            Passes = [.. _passes]
        });
        _web.MapGet("/api/explain/{id}", (string id) => id == "INV-2026-000001" ? Results.Text("INV-2026-000001 of acme\n  10.00 USD\n") : Results.NotFound());
        _web.MapGet("/api/accounts/{id}", (string id) => _accounts.TryGetValue(id, out var account) ? Results.Json(View(account)) : Results.NotFound());
        _web.MapGet("/api/previews/{period}", (string period) => _preview is { } id ? Results.Json(Preview(period, id)) : Results.NotFound());
        _web.MapGet("/api/runs/{period}", (string period) => Started?.Period == period ? Results.Json(Run(period)) : Results.NotFound());
        _web.MapGet("/api/runs/{period}/reconciliation", (string period) =>
            new ReconciliationView
            {
                Period = period,
                Accounts = _accounts.Count,
                Closed = _accounts.Count - 1,
                Parked = 1,
                Invoiced = [new("USD", 1234.50m)]
            });
    }

    static AccountView View(RegisterAccount account) => new()
    {
        AccountId = account.AccountId,
        Name = account.Name,
        Currency = account.Currency,
        TimeZone = account.TimeZone ?? "UTC",
        ManualPayment = account.ManualPayment ?? false,
        ControlTags = [],
        Held = false,
        Balance = new(2.5000m, 0),
        Closes = [new() { Period = "2026-10", Step = "Closed", Outcome = "InCollection", Chunk = 1, PendingAt = Start }],
        Invoices =
        [
            new()
            {
                InvoiceId = Guid.Empty, Number = "INV-000000001", Period = "2026-10", Status = "Open", Total = 2.5000m, CreditApplied = 0, AmountDue = 2.5000m,
                AmountPaid = 0, AmountReduced = 0, Open = 2.5000m, WrittenOff = 0, Recovered = 0, Version = 1, Currency = account.Currency, IssuedAt = Start,
                Lines =
                [
                    new()
                    {
                        Position = 1, Kind = "usage", Description = "API [calls]", Quantity = 250, UnitPrice = 0.01m, FirstDay = new(2026, 10, 1),
                        LastDay = new(2026, 10, 31), Formula = "250 × 0.01", Amount = 2.5000m
                    }
                ]
            }
        ],
        Charges = [],
        CreditNotes = [],
        Refunds = [],
        Ledger = [new() { TransactionId = Guid.Empty, Cause = "invoice:1", At = Start, Entries = [new("receivable", 2.5000m, account.Currency)] }]
    };

    public StartMonthClose? Started { get; private set; }

    public SeatUsageChanged? Seats { get; private set; }

    public IReadOnlyDictionary<string, RegisterAccount> Accounts => _accounts;

    public IReadOnlyDictionary<string, UsageRecord> Usage => _usage;

    public Uri Address => new(_web.Urls.First());

    public static async Task<PretendedMonthClose> StartAsync(TestVirtualHost host)
    {
        var service = new PretendedMonthClose(host);
        await service._bus.StartAsync();
        await service._web.StartAsync();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.StopAsync();
        await _web.DisposeAsync();
    }

    // Half of the accounts on the first look, all of them on the second.
    RunView Run(string period)
    {
        var ended = ++_looks > 1;
        var closed = ended ? _accounts.Count - 1 : _accounts.Count / 2;
        return new RunView
        {
            Period = period,
            RunId = Guid.Empty,
            State = ended ? "Completed" : "Closing",
            StartedAt = Start,
            CompletedAt = ended ? Start.AddSeconds(2) : null,
            Accounts = _accounts.Count,
            Steps = new Dictionary<string, int> { ["Closed"] = closed, ["Parked"] = 1, ["Pending"] = _accounts.Count - closed - 1 },
            Outcomes = new Dictionary<string, int> { ["Collected"] = closed },
            Totals = [new MoneyView { Currency = "USD", Invoices = closed, Invoiced = 1234.50m, Collected = 1000.00m, Open = 234.50m, Held = 234.50m }],
            Parked = [new("PriceMissing", "gpu-hour has no price in EUR [set one]", 1)]
        };
    }

    static Task Take<TKey, T>(ConcurrentDictionary<TKey, T> into, TKey key, T message) where TKey : notnull
    {
        into[key] = message;
        return Task.CompletedTask;
    }
}
