using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Collecting;

/// <summary>A deploy in the middle of a collection: what the version before wrote and said is still understood.</summary>
public class When_old_messages_meet_new_code(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]      // old messages after an upgrade
    public async Task Should_go_on_where_the_version_before_left_off()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_soft", behaviour = "decline", code = "insufficient_funds" });
        await house.BillOctoberAsync(Sample.Account("begun") with { PaymentMethod = "pm_soft" });
        var collection = await house.CollectionIsAsync("begun", nameof(Collection.Dunning));

        // the version before kept no plan, and no word of who asked; its messages have only what was required then
        await house.BreakInAsync("""delete from "DunningPlan"; update "Collection" set "NextTry" = null, "StartedAt" = null""");
        await house.Broker.PasteAsync("Billing.MonthClose.Dunning:RetryCharge", $$"""{ "invoiceId": "{{collection.CorrelationId}}" }""");
        await house.HearsAsync<ChargeFailed>(failed => failed is { Attempt: 2, Origin: "Retry" });
        Assert.NotNull((await Eventually.HoldsAsync(() => house.AskAsync(db => db.Collections.AsNoTracking().SingleAsync()), one => one.Attempt == 2, "it waits for its third")).DueAt);

        await house.Broker.PasteAsync("Billing.MonthClose.Dunning:ChargeDeclined",
            $$"""{ "invoiceId": "{{collection.CorrelationId}}", "accountId": "begun", "attempt": 2, "retryAt": "2026-11-04T12:00:00Z" }""");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Collections.AsNoTracking().SingleAsync()), one => one.DueAt == new DateTimeOffset(2026, 11, 4, 12, 0, 0, TimeSpan.Zero), "the old word counts");
        await house.Broker.PasteAsync("Billing.MonthClose.Dunning:CollectionHeld", $$"""{ "invoiceId": "{{collection.CorrelationId}}", "accountId": "begun" }""");
        await house.CollectionIsAsync("begun", nameof(Collection.OnHold));
        await house.Broker.PasteAsync("Billing.MonthClose.Dunning:InvoiceSettled", $$"""{ "invoiceId": "{{collection.CorrelationId}}" }""");
        await house.CollectionIsAsync("begun", nameof(Collection.Paid));
        Assert.Empty(await house.Broker.ErrorQueuesAsync());
    }
}
