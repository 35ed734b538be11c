using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Replaying;

public sealed class When_a_saga_is_replayed : IAsyncLifetime
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();
    public Task DisposeAsync() => house.DisposeAsync();

    /// <summary>Declined, tried again, on hold, paid by hand; a charge whose answer was lost; a run of three chunks: each is what its messages made of it.</summary>
    [Fact]
    public async Task Should_be_what_its_messages_made_of_it_and_show_each_of_them()
    {
        await CloseAsync();
        var run = (await ReplayAsync("runs/2026-10"))!;
        Assert.Equal((true, 0, "Run"), (run.IsWhole, run.Differences.Count, run.Saga));
        Assert.Equal((3, 0), (run.Chunks!.Total, run.Chunks.Differences.Count));
        Assert.Equal((await house.RunAsync("2026-10")).GetProperty("state").GetString(), run.State["CurrentState"]!.Value.GetString());

        var invoice = await house.InvoiceOfAsync("declined");
        await house.PassDueTimeAsync("declined");
        await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "declined", Attempt: 2 });
        await house.CollectionIsAsync("declined", nameof(Collection.Dunning));
        var then = house.Clock.GetUtcNow();
        await house.TellAsync(new RecordPayment { PaymentId = "by-hand", AccountId = "declined", Amount = 10.00m, Currency = "USD" });
        await house.CollectionIsAsync("declined", nameof(Collection.Paid));
        await house.QuietAsync();

        var collection = (await ReplayAsync($"collections/{invoice}"))!;
        Assert.Empty(collection.Differences);
        Assert.Equal([null, nameof(Collection.Dunning)], collection.Newest.Take(2).Select(message => message.From));
        Assert.Equal(nameof(Collection.Paid), collection.Newest[^1].To);
        Assert.Equal(invoice.ToString(), collection.Newest[0].Body.GetProperty("invoiceId").GetString());
        Assert.Equal(nameof(Collection.Paid), collection.State["CurrentState"]!.Value.GetString());

        // as it was while it was dunned, and by the number that the customer knows
        var number = await house.AskAsync(db => db.Invoices.Where(one => one.InvoiceId == invoice).Select(one => one.Number).SingleAsync());
        var dunned = (await ReplayAsync($"collections/{number}?at={Uri.EscapeDataString($"{then:O}")}"))!;
        Assert.Equal((nameof(Collection.Dunning), "2"), (dunned.State["CurrentState"]!.Value.GetString(), dunned.State["Attempt"]!.Value.ToString()));
        Assert.Null(dunned.Chunks);

        var charge = await house.AskAsync(db => db.ChargeInquiries.Select(one => one.CorrelationId).SingleAsync());
        Assert.Empty((await ReplayAsync($"inquiries/{charge}"))!.Differences);
        Assert.Null(await ReplayAsync("runs/2027-01"));
        Assert.Null(await ReplayAsync($"collections/{Guid.NewGuid()}"));
        Assert.Equal(HttpStatusCode.BadRequest, (await house.Http.GetAsync(new Uri("api/replay/runs/2026-10?at=yesterday", UriKind.Relative))).StatusCode);
        Assert.Equal(0, (await house.ReconcileAsync("2026-10")).Found);
    }

    [Fact]
    public async Task Should_find_a_row_that_was_changed_by_hand_now_and_when_messages_came_after()
    {
        await CloseAsync();
        await house.QuietAsync();
        var invoice = await house.InvoiceOfAsync("declined");
        await house.BreakInAsync($"""update "Collection" set "Attempt" = 3 where "CorrelationId" = '{invoice}'""");
        await house.BreakInAsync("""update "Run" set "RequestedBy" = 'mallory' where "Period" = 202610""");

        var difference = Assert.Single((await ReplayAsync($"collections/{invoice}"))!.Differences);
        Assert.Equal(("Attempt", "1", "3", "now"), (difference.Member, difference.Replayed, difference.Stored, difference.When));
        Assert.Equal("RequestedBy", Assert.Single((await ReplayAsync("runs/2026-10"))!.Differences).Member);

        // the night finds both, and reports them
        await house.ReconcileAsync(null);
        var found = await house.HearsAsync<DriftFound>(drift => drift.InvoiceId == invoice);
        Assert.Equal(("history-differs", "declined", "Open"), (found.Class, found.AccountId, found.Outcome));
        Assert.Contains("Attempt: the messages say 1, the row 3 (now)", found.Detail, StringComparison.Ordinal);
        Assert.Contains("mallory", (await house.HearsAsync<DriftFound>(drift => drift.AccountId == "")).Detail, StringComparison.Ordinal);

        // the month is reconciled now, so the next night looks at some of it, and at what is known to differ
        Assert.Equal(2, (await house.ReconcileAsync(null)).Found);

        // a message that overwrites it finds the hand, and the night after still tells of it
        await house.PassDueTimeAsync("declined");
        await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "declined", Attempt: > 1 });
        await house.QuietAsync();
        var later = (await ReplayAsync($"collections/{invoice}"))!.Differences;
        Assert.Contains(later, one => one is { Member: "Attempt", Replayed: "1", Stored: "3" } && one.When.StartsWith("before ", StringComparison.Ordinal));
    }

    /// <summary>What is kept of a saga whose first months went is still compared with its row.</summary>
    [Fact]
    public async Task Should_forget_the_messages_of_months_that_are_not_kept()
    {
        await house.StopServiceAsync();
        house.Settings["Retention:Months:SagaEntry"] = "2";
        await house.StartServiceAsync();
        await CloseAsync();
        await house.PassDueTimeAsync("declined");
        await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "declined", Attempt: 2 });
        await house.QuietAsync();
        var invoice = await house.InvoiceOfAsync("declined");
        // in one transaction: a pass of the upkeep that is still at work sees both rows or none
        await house.BreakInAsync($"""
            update "SagaEntry" set "TakenAt" = "TakenAt" - interval '4 months'
            where "Saga" = 'Run'
                or "Number" = (select min("Number") from "SagaEntry" where "Saga" = 'Collection' and "SagaId" = '{invoice}')
            """);

        house.Clock.Advance(TimeSpan.FromHours(1));

        await Eventually.HoldsAsync(() => ReplayAsync("runs/2026-10"), replayed => replayed is null, "the month of the run went");
        var collection = await Eventually.HoldsAsync(
            () => ReplayAsync($"collections/{invoice}"), replayed => replayed is { IsWhole: false }, "the month of the first message went");
        Assert.Empty(collection!.Differences);
    }

    async Task CloseAsync()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([
            .. Enumerable.Range(1, 22).Select(i => Sample.Account($"account-{i}")),
            Sample.Account("declined") with { PaymentMethod = "pm_never" },
            Sample.Account("lost") with { PaymentMethod = "pm_timeout_after_success" }
        ]);
        await house.UseAsync([Sample.Use("declined", 1000), Sample.Use("lost", 1000), .. Enumerable.Range(1, 20).Select(i => Sample.Use($"account-{i}", 1000))]);
        await house.GatewayRulesAsync(new { payment_method = "pm_never", behaviour = "decline", code = "insufficient_funds" });
        Assert.Equal(24, (await house.CloseAsync("2026-10")).Closed);
        await house.UnknownChargesAreAskedAboutAsync();
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));
        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "lost");
        await house.QuietAsync();
    }

    async Task<ReplayView?> ReplayAsync(string what)
    {
        using var answer = await house.Http.GetAsync(new Uri($"api/replay/{what}", UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<ReplayView>(Json);
    }
}
