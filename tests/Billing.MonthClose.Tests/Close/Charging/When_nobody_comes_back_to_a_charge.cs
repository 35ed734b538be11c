using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Charging;

/// <summary>Processes die, and messages are lost or parked. No charge stays open because of it, and none is made twice.</summary>
[TakesLong(60)]
public class When_nobody_comes_back_to_a_charge : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync()
    {
        house.Settings["Gateway:SweepEvery"] = "00:00:01";
        return house.InitializeAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_find_out_about_those_that_were_left_pending_and_book_them_as_live_ones()
    {
        await DeclinedAsync("taken", "never-asked");
        // the retry's process wrote the charge down, and died: of the one the gateway heard, of the other it did not; the messages are gone
        await house.BreakInAsync("""
            insert into "Charge" ("ChargeId","InvoiceId","AccountId","Period","Attempt","Amount","Currency","PaymentMethod","State","Reduced","Drift","Uncounted","Refunded","Origin","CreatedAt","AskUntil")
            select gen_random_uuid(), "InvoiceId", "AccountId", "Period", 2, "AmountDue", "Currency", 'pm_ok', 'Pending', false, 0, false, 0, 'Retry', '2026-11-01 12:00:00Z', '2026-11-01 12:02:00Z' from "Invoice"
            """);
        var charges = await house.AskAsync(db => db.Charges.AsNoTracking().Where(charge => charge.State == ChargeState.Pending).ToDictionaryAsync(charge => charge.AccountId));
        await house.CaptureAsync("taken", charges["taken"].ChargeId, charges["taken"].ChargeId.ToString());
        await house.GatewayRulesAsync();

        house.Clock.Advance(TimeSpan.FromMinutes(3));
        await house.InquiryIsAsync("taken", nameof(ChargeInquiry.Asking));
        await house.InquiryIsAsync("never-asked", nameof(ChargeInquiry.Asking));
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));

        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "taken");
        Assert.Equal("never_reached_gateway", (await house.HearsAsync<ChargeFailed>(failed => failed.ChargeId == charges["never-asked"].ChargeId)).Code);
        await house.CollectionIsAsync("taken", nameof(Collection.Paid));
        await house.CollectionIsAsync("never-asked", nameof(Collection.Dunning));
        Assert.Single(await house.CapturesAsync());
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_leave_alone_what_somebody_may_still_be_at()
    {
        await DeclinedAsync("in-flight");
        await house.BreakInAsync("""
            insert into "Charge" ("ChargeId","InvoiceId","AccountId","Period","Attempt","Amount","Currency","PaymentMethod","State","Reduced","Drift","Uncounted","Refunded","Origin","CreatedAt","AskUntil")
            select gen_random_uuid(), "InvoiceId", "AccountId", "Period", 2, "AmountDue", "Currency", 'pm_ok', 'Pending', false, 0, false, 0, 'Retry', '2026-11-01 12:00:00Z', '2026-11-01 18:00:00Z' from "Invoice"
            """);
        house.Clock.Advance(TimeSpan.FromHours(1));
        for (var sweep = 0; sweep < 3; sweep++)
            Assert.Equal(0, await SweepAsync());
        Assert.Equal(1, await house.AskAsync(db => db.Charges.CountAsync(charge => charge.State == ChargeState.Pending)));
    }

    [Theory]
    [InlineData("""delete from "ChargeInquiry"; delete from "Collection" """)]                  // the message that begins both is parked
    [InlineData("""update "ChargeInquiry" set "DueAt" = "DueAt" - interval '3 hours' """)]      // its timer is lost
    public async Task Should_look_again_for_an_unknown_one_that_nobody_looks_for(string accident)
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("lost") with { PaymentMethod = "pm_timeout_after_success" });
        await house.UseAsync(Sample.Use("lost", 1000));
        await house.CloseAsync("2026-10");
        await house.InquiryIsAsync("lost", nameof(ChargeInquiry.Asking));
        await house.BreakInAsync("""delete from "OutboxMessage" where "MessageType" like '%LookDue%'""");
        await house.BreakInAsync(accident);

        house.Clock.Advance(TimeSpan.FromMinutes(4));       // no timer would be due
        if (accident.StartsWith("delete", StringComparison.Ordinal))
        {
            await house.InquiryIsAsync("lost", nameof(ChargeInquiry.Asking));
            house.Clock.Advance(TimeSpan.FromMinutes(5.1));
        }

        await house.HearsAsync<ChargeSucceeded>();
        await house.CollectionIsAsync("lost", nameof(Collection.Paid));
        Assert.Single(await house.CapturesAsync());
    }

    [Fact]      // janitor finds a failure
    public async Task Should_call_a_person_after_the_last_look_and_look_again_on_command()
    {
        await house.StopServiceAsync();
        house.Settings["Gateway:AskAfter:0"] = "00:05:00";
        house.Settings["Gateway:AskAfter:1"] = "03:00:00";
        await house.StartServiceAsync();
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("nobody-knows") with { PaymentMethod = "pm_lost" });
        await house.UseAsync(Sample.Use("nobody-knows", 1000));
        await house.GatewayRulesAsync(new { payment_method = "pm_lost", behaviour = "time_out_after_success" });
        await house.CloseAsync("2026-10");
        await house.InquiryIsAsync("nobody-knows", nameof(ChargeInquiry.Asking));
        await house.StopGatewayAsync();
        await house.PassDueTimeAsync("nobody-knows");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.ChargeInquiries.AsNoTracking().SingleAsync()),
            one => one.Looks == 1 && one.DueAt > house.Clock.GetUtcNow().AddHours(2), "the first look was in vain, and the second is planned");
        await house.PassDueTimeAsync("nobody-knows");

        await house.InquiryIsAsync("nobody-knows", nameof(ChargeInquiry.Unresolved));
        var alert = await house.HearsAsync<BillingAlert>(alert => alert.Code == "charge-unresolved");
        await SweepAsync();     // the next one that comes by itself is a minute away
        Assert.Equal(1, ((OpenCharges)house.Services.GetService(typeof(OpenCharges))!).Unresolved);     // at /metrics, houses of one process would overwrite each other's
        Assert.Equal(ChargeState.Unknown, await house.AskAsync(db => db.Charges.Select(charge => charge.State).SingleAsync()));

        await house.StartGatewayAsync();
        await house.TellAsync(new FindChargeOutcome { InvoiceId = alert.InvoiceId!.Value, RequestedBy = "jane" });
        await house.HearsAsync<ChargeSucceeded>();
        await house.CollectionIsAsync("nobody-knows", nameof(Collection.Paid));
        Assert.Single(await house.CapturesAsync());
        Assert.Equal(["Charge", "Look", "Look", "Look"], (await house.AskAsync(db => db.GatewayCalls.AsNoTracking().ToListAsync())).OrderBy(call => call.AskedAt).Select(call => $"{call.Kind}"));
    }

    Task<int> SweepAsync() => ((ChargeSweep)house.Services.GetService(typeof(ChargeSweep))!).SweepAsync(default);

    async Task DeclinedAsync(params string[] ids)
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([.. ids.Select(id => Sample.Account(id) with { PaymentMethod = "pm_soft" })]);
        await house.UseAsync([.. ids.Select(id => Sample.Use(id, 1000))]);
        await house.GatewayRulesAsync(new { payment_method = "pm_soft", behaviour = "decline", code = "insufficient_funds" });
        await house.CloseAsync("2026-10");
        foreach (var id in ids)
            await house.CollectionIsAsync(id, nameof(Collection.Dunning));
    }
}
