using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Collect.Mailing;
using Billing.MonthClose.Tests.House;
using Billing.SampleData;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Explaining;

public partial class When_a_charge_is_explained(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    /// <summary>An account of the sample month with several lines: its first attempt is declined, its second succeeds, and a person of finance asks how that came.</summary>
    [Fact]
    public async Task Should_fill_one_page_that_is_as_approved()
    {
        var sample = new SampleMonth(new YearMonth(2026, 10)).Accounts().First(one => one.Account is { FeePriceCode: SamplePrices.ProPlan, Currency: "USD", TimeZone: "America/Los_Angeles" });
        var account = sample.Account;
        await house.GatewayRulesAsync(new { payment_method = account.PaymentMethod, behaviour = "decline", code = "insufficient_funds", first_times = 1 });
        house.Clock.SetTo(new DateTimeOffset(2026, 11, 1, 13, 0, 0, TimeSpan.Zero));
        house.Clock.Stop();
        foreach (var price in SamplePrices.All)
            await house.SetPricesAsync(price);      // one after the other: their versions are on the page
        await house.RegisterAsync(account);
        await house.UseAsync([.. sample.Usage]);
        await house.TellAsync(new GrantCredit { CreditId = "welcome", AccountId = account.AccountId, Amount = 5.00m, Currency = "USD", Reason = "welcome" });
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Balances.AnyAsync(balance => balance.Credit == 5)), "the credit is booked");
        house.Clock.Advance(TimeSpan.FromMinutes(5));
        await house.CloseAsync("2026-10");
        await house.CollectionIsAsync(account.AccountId, nameof(Collection.Dunning));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Letters.CountAsync()), count => count == 2, "the invoice and the news of the refusal are mailed");
        var invoiceId = await house.InvoiceOfAsync(account.AccountId);
        Assert.Contains("2026-11-02 11:00  attempt 2; if it is refused: a reminder", await PageAsync(invoiceId.ToString()), StringComparison.Ordinal);

        await house.PassDueTimeAsync(account.AccountId);
        await house.CollectionIsAsync(account.AccountId, nameof(Collection.Paid));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Letters.CountAsync()), count => count == 3, "the receipt is mailed");
        await house.QuietAsync();

        var charge = await house.AskAsync(db => db.Charges.AsNoTracking().SingleAsync(one => one.State == ChargeState.Succeeded));
        var page = await PageAsync(charge.ChargeId.ToString());
        Assert.Equal(page, await PageAsync(invoiceId.ToString()));
        Assert.Equal(page, await PageAsync("INV-000000001"));
        MatchesApproved(Stable(page));

        var json = await house.Http.GetFromJsonAsync<JsonElement>(new Uri($"api/explain/{invoiceId}", UriKind.Relative));
        Assert.Equal(("INV-000000001", "Paid"), (json.GetProperty("number").GetString(), json.GetProperty("status").GetString()));
        Assert.Equal(json.GetProperty("total").GetDecimal(), json.GetProperty("lines").EnumerateArray().Sum(line => line.GetProperty("amount").GetDecimal()));
        Assert.Equal(json.GetProperty("ledger").EnumerateArray().Sum(entry => entry.GetProperty("debit").GetDecimal()), json.GetProperty("ledger").EnumerateArray().Sum(entry => entry.GetProperty("credit").GetDecimal()));
        Assert.Equal(HttpStatusCode.NotFound, (await house.Http.GetAsync(new Uri($"api/explain/{Guid.NewGuid()}", UriKind.Relative))).StatusCode);
    }

    async Task<string> PageAsync(string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"api/explain/{id}", UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        using var answer = await house.Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>What is new in every run gets a name that is not: the first id becomes id-1, the first payment of the gateway's pi-1.</summary>
    static string Stable(string page)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        string NameOf(string kind, string value) => names.TryGetValue(value, out var name) ? name : names[value] = $"{kind}-{names.Values.Count(one => one.StartsWith(kind, StringComparison.Ordinal)) + 1}";
        page = Id().Replace(page, match => NameOf("id", match.Value));
        page = Request().Replace(page, match => NameOf("req", match.Value));
        return Payment().Replace(page, match => NameOf("pi", match.Value));
    }

    /// <summary>Changing the page is a decision: whoever changes it approves it by copying the received file over.</summary>
    static void MatchesApproved(string page) => Approval.Check("Look/Explaining/Explanation.approved.txt", page);

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();

    [GeneratedRegex(@"req_[0-9A-Za-z]+")]
    private static partial Regex Request();

    [GeneratedRegex(@"pi_[0-9a-f]{32}")]
    private static partial Regex Payment();
}
