using System.Globalization;
using System.Net.Http.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using Xunit.Abstractions;

namespace Billing.MonthClose.Tests.Close.Charging;

/// <summary>
/// A month of some hundred accounts at a gateway that times out after it took the money, cuts connections, answers 500 before and after, says "later",
/// declines, and loses, doubles and delays what it tells by itself. In the end its own record is the judge. Three seeds; twenty, of 2,000 accounts each,
/// with <c>BILLING_LONG_TESTS=1</c>.
/// </summary>
[TakesLong(120)]
public sealed class When_the_gateway_lies(ITestOutputHelper output)
{
    const string Secret = "whsec_of_a_gateway_that_lies";
    static readonly int Accounts = LongTests.Asked ? 2000 : 700;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, LongTests.Asked ? 20 : 3)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Should_take_the_money_of_each_paid_invoice_once_and_of_no_other(int seed)
    {
        output.WriteLine($"seed {seed}");
        var house = new MonthCloseHouse();
        foreach (var (key, value) in new[]
        {
            ("Gateway:Timeout", $"{TimeLimits.Scaled(TimeSpan.FromSeconds(0.5))}"), ("Gateway:Concurrency", "32"),
            ("Gateway:Pause", "00:00:00.020"), ("Gateway:LongestPause", "00:00:00.100"),
            ("Gateway:Webhooks:Secrets:0", Secret), ("Limits:gateway", "unlimited"), ("Closing:ChunkSize", "200")
        })
            house.Settings[key] = value;
        await house.InitializeAsync();
        try
        {
            await UseAsync(house);
            await LieAsync(house, seed);
            await house.CloseAsync("2026-10", TimeSpan.FromMinutes(3));
            Assert.NotEqual(0, await OpenChargesAsync(house));      // else the lies were none

            await house.GatewayRulesAsync();       // the gateway is well again; what it hid is still to be found out
            for (var look = 0; look < 12 && await OpenChargesAsync(house) > 0; look++)
            {
                house.Clock.Advance(look switch { 0 => TimeSpan.FromMinutes(5.5), 1 => TimeSpan.FromHours(1.1), _ => TimeSpan.FromDays(1.05) });
                await SettleAsync(house);
            }

            await JudgeAsync(house);
        }
        finally
        {
            await house.DisposeAsync();        // debits equal credits, in SQL
        }
    }

    static async Task UseAsync(MonthCloseHouse house)
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        foreach (var some in Enumerable.Range(0, Accounts).Chunk(1000))
        {
            var ids = some.Select(at => string.Create(CultureInfo.InvariantCulture, $"customer-{at:0000}")).ToList();
            await house.RegisterAsync([.. ids.Select(id => Sample.Account(id) with { Email = null })]);
            await house.UseAsync([.. ids.Select(id => Sample.Use(id, 1000, id: $"use-of-{id}"))]);
        }
    }

    static async Task LieAsync(MonthCloseHouse house, int seed)
    {
        using var rules = await house.Gateway.PutAsJsonAsync(new Uri("simulator/rules", UriKind.Relative), new
        {
            seed,
            rules = new object[]
            {
                new { rate = 0.02, behaviour = "time_out_after_success" },
                new { rate = 0.04, behaviour = "cut_after_success" },
                new { rate = 0.04, behaviour = "error_before" },
                new { rate = 0.04, behaviour = "error_after_success" },
                new { rate = 0.05, behaviour = "rate_limited", retry_after_seconds = 0 },
                new { rate = 0.04, behaviour = "decline", code = "insufficient_funds" },
                new { rate = 0.02, behaviour = "decline", code = "stolen_card" }
            }
        });
        rules.EnsureSuccessStatusCode();
        using var events = await house.Gateway.PutAsJsonAsync(new Uri("simulator/webhooks", UriKind.Relative), new
        {
            endpoint = new Uri(house.Http.BaseAddress!, "webhooks/stripe"),
            secret = Secret,
            seed,
            missing = 0.4,
            duplicated = 0.2,
            delayed = 0.2,
            delay_ms = 2000
        });
        events.EnsureSuccessStatusCode();
    }

    static Task<int> OpenChargesAsync(MonthCloseHouse house) =>
        house.AskAsync(db => db.Charges.CountAsync(charge => charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown));

    /// <summary>
    /// Waits until what the moved clock made due is done: no look or try is due or under way, and whatever was not paid at once is followed up. The
    /// books say so; the broker's own counts are seconds old.
    /// </summary>
    static Task<string> SettleAsync(MonthCloseHouse house) => Eventually.HoldsAsync(
        async () => string.Join("; ", await UnderWayAsync(house)), underWay => underWay.Length == 0, "every look and every try that is due was made");

    static async Task<List<string>> UnderWayAsync(MonthCloseHouse house)
    {
        var now = house.Clock.GetUtcNow();
        var collections = await house.AskAsync(db => db.Collections.AsNoTracking().Where(one => one.DueAt <= now || (one.CurrentState == nameof(Collection.Charging)
            && !db.ChargeInquiries.Any(inquiry => inquiry.InvoiceId == one.CorrelationId && inquiry.CurrentState == nameof(ChargeInquiry.Asking)))).ToListAsync());
        var inquiries = await house.AskAsync(db => db.ChargeInquiries.AsNoTracking()
            .Where(one => one.DueAt <= now || (one.CurrentState == nameof(ChargeInquiry.Asking)
                && one.Looks > db.GatewayCalls.Count(call => call.SubjectId == one.CorrelationId && call.Kind == GatewayCallKind.Look))).ToListAsync());
        var charges = await house.AskAsync(db => db.Charges.AsNoTracking().Where(charge => charge.State == ChargeState.Pending
            || ((charge.State == ChargeState.Unknown || charge.State == ChargeState.Failed) && !db.Collections.Any(one => one.CorrelationId == charge.InvoiceId)
                && db.Invoices.Any(invoice => invoice.InvoiceId == charge.InvoiceId && invoice.Status == InvoiceStatus.Open))).ToListAsync());
        return [.. collections.Select(one => $"{one.AccountId} is {one.CurrentState}, due {one.DueAt:u}, attempt {one.Attempt}"),
            .. inquiries.Select(one => $"the inquiry about a charge of {one.AccountId} is {one.CurrentState}, due {one.DueAt:u}, looks {one.Looks}"),
            .. charges.Select(one => $"charge {one.ChargeId} of {one.AccountId} is {one.State} {one.Code} since {one.CreatedAt:u}")];
    }

    static async Task JudgeAsync(MonthCloseHouse house)
    {
        Assert.Equal(0, await OpenChargesAsync(house));
        var invoiceOf = await house.AskAsync(db => db.Charges.ToDictionaryAsync(charge => charge.ChargeId, charge => charge.InvoiceId));
        var captures = (await house.CapturesAsync()).Select(capture => Guid.Parse(capture.GetProperty("charge_id").GetString()!)).ToList();
        Assert.All(captures, charge => Assert.Contains(charge, invoiceOf.Keys));
        var taken = captures.GroupBy(charge => invoiceOf[charge]).ToDictionary(invoice => invoice.Key, invoice => invoice.Count());

        var invoices = await house.AskAsync(db => db.Invoices.AsNoTracking().ToListAsync());
        Assert.Equal(Accounts, invoices.Count);
        Assert.All(invoices, invoice => Assert.Equal(invoice.Status == InvoiceStatus.Paid ? 1 : 0, taken.GetValueOrDefault(invoice.InvoiceId)));
        Assert.InRange(invoices.Count(invoice => invoice.Status == InvoiceStatus.Paid), Accounts / 2, Accounts);
        await house.BooksAgreeAsync("2026-10");
        var pass = await house.ReconcileAsync("2026-10");
        Assert.Equal((0, 0), (pass.Found, pass.Unreconciled));
    }
}
