using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Collecting;

public class When_a_tier_has_its_own_policy : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync()
    {
        house.Settings["Dunning:Policies:enterprise:RetryAfterDays:0"] = "2";
        house.Settings["Dunning:Policies:enterprise:RetryAfterDays:1"] = "10";
        house.Settings["Dunning:Policies:enterprise:RetryAt"] = "09:30";
        return house.InitializeAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    /// <summary>Two refused on the same day, one by the house's plan, one by that of its tier, each by its own calendar; and a deploy in between.</summary>
    [Fact]
    public async Task Should_plan_dated_tries_by_the_accounts_calendar_and_keep_to_them()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_soft", behaviour = "decline", code = "insufficient_funds" });
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(
            Sample.Account("hobby") with { PaymentMethod = "pm_soft" },
            Sample.Account("large") with { PaymentMethod = "pm_soft", Tier = "enterprise", TimeZone = "Pacific/Auckland" });
        await house.UseAsync(Sample.Use("hobby", 1000), Sample.Use("large", 1000));
        await house.CloseAsync("2026-10");      // 12:00 on 1 November in UTC is 01:00 on the 2nd in Auckland
        var hobby = await house.CollectionIsAsync("hobby", nameof(Collection.Dunning));
        var large = await house.CollectionIsAsync("large", nameof(Collection.Dunning));

        var view = await ViewAsync(hobby.CorrelationId);
        Assert.Equal(("Dunning", "Reminded", "default", 1), (view.GetProperty("state").GetString(), view.GetProperty("overdue").GetString(), view.GetProperty("policy").GetString(), view.GetProperty("schedule").GetInt32()));
        Assert.Equal(["2026-11-02T03:00", "2026-11-05T03:00", "2026-11-10T03:00", "2026-11-17T03:00"], Planned(view, "at"));
        Assert.Equal(["Reminded", "Reminded", "ChangesBlocked", "Suspended"], Planned(view, "ifRefused"));
        Assert.Equal(("Failed", "insufficient_funds", true), view.GetProperty("attempts")[0] is var attempt
            ? (attempt.GetProperty("state").GetString(), attempt.GetProperty("code").GetString(), attempt.GetProperty("usesAttempt").GetBoolean()) : default);
        view = await ViewAsync(large.CorrelationId);
        Assert.Equal("enterprise", view.GetProperty("policy").GetString());
        Assert.Equal(["2026-11-03T20:30", "2026-11-13T20:30"], Planned(view, "at"));        // 09:30 in Auckland
        Assert.Equal(["2026-11-04", "2026-11-14"], Planned(view, "localDay"));

        // a deploy with another plan: what began by the old one ends by it
        await house.StopServiceAsync();
        house.Settings["Dunning:Policies:enterprise:RetryAfterDays:1"] = "30";
        await house.StartServiceAsync();
        await house.PassDueTimeAsync("large");
        await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "large", Attempt: 2 });
        await Eventually.HoldsAsync(async () => Planned(await ViewAsync(large.CorrelationId), "localDay"), days => days is ["2026-11-14"], "the second try stays where it was planned");

        await house.HearsAsync<AccountOverdueChanged>(changed => changed is { AccountId: "large", State: "ChangesBlocked" });     // it leaves beside the other
        Assert.Equal(["Reminded", "ChangesBlocked"], house.Heard<AccountOverdueChanged>(changed => changed.AccountId == "large").Select(changed => changed.State));
        Assert.Empty(house.Heard<AccountHeld>());
        var letters = await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<SendEmails>().SelectMany(mail => mail.Emails).Where(mail => mail.WorkspaceId == "large" && mail.Template!.StartsWith("payment", StringComparison.Ordinal)).ToList()),
            mails => mails.Count == 2, "a letter after each refusal");
        Assert.Equal([("payment-retry", "4 November 2026"), ("payment-last-try", "14 November 2026")], letters.Select(mail => (mail.Template!, mail.Values!["next"])));

        // every open collection by state, a page at a time
        await Eventually.HoldsAsync(() => ListAsync("?state=Dunning"), list => list.Length == 2, "both are in dunning again");
        Assert.Single(await ListAsync("?state=Dunning&limit=1"));
        Assert.Empty(await ListAsync("?state=OnHold"));
        Assert.Contains("expected one of ", await (await house.Http.GetAsync(new Uri("api/collections?state=Odd", UriKind.Relative))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    Task<JsonElement> ViewAsync(Guid invoiceId) => house.Http.GetFromJsonAsync<JsonElement>(new Uri($"api/collections/{invoiceId}", UriKind.Relative));

    async Task<JsonElement[]> ListAsync(string query) => (await house.Http.GetFromJsonAsync<JsonElement[]>(new Uri($"api/collections{query}", UriKind.Relative)))!;

    static List<string> Planned(JsonElement view, string what) =>
        [.. view.GetProperty("planned").EnumerateArray().Select(one => one.GetProperty(what).GetString()!).Select(text => text.Length > 16 ? text[..16] : text)];
}
