using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests.Books.Auditing;

public class When_state_changes(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_say_of_each_change_who_made_it_and_what_was_there_before()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_stolen", behaviour = "decline", code = "stolen_card" });
        await house.TellAsync(Sample.ApiCalls with { RequestedBy = "prices@desk" });
        await Eventually.HoldsAsync(() => EntriesAsync("subject=api-calls:USD"), entries => entries.Count == 1, "the price is set");
        await house.RegisterAsync(Sample.Account("pays"), Sample.Account("held") with { PaymentMethod = "pm_stolen" });
        await house.TellAsync(Sample.Account("pays") with { Name = "Pays Ltd", ManualPayment = false, PaymentMethod = "pm_other", RequestedBy = "ann" });
        await house.HearsAsync<AccountRegistered>(told => told is { AccountId: "pays", Version: 2 });
        await house.TellAsync(new GrantCredit { CreditId = "sorry", AccountId = "pays", Amount = 1.00m, Currency = "USD", Reason = "an outage", RequestedBy = "bob" });
        await house.UseAsync(Sample.Use("pays", 1000), Sample.Use("held", 1000));
        await Eventually.HoldsAsync(() => EntriesAsync("subject=sorry"), entries => entries.Count == 1, "the credit is granted");
        await house.CloseAsync("2026-10");
        await house.TellAsync(new RecordPayment { PaymentId = "transfer", AccountId = "held", Amount = 10.00m, Currency = "USD" });
        await house.HearsAsync<HoldLifted>();

        var pays = await EntriesAsync("account=pays");
        Assert.Equal(["account registered", "account changed", "credit granted", "invoice issued", "charge succeeded", "invoice paid"], Said(pays));
        var changed = pays[1];
        Assert.StartsWith("ann, through ", changed.GetProperty("who").GetString(), StringComparison.Ordinal);
        Assert.Equal("""{"name":"pays","paymentMethod":"pm_ok"}""", changed.GetProperty("before").GetRawText());
        Assert.Equal("""{"name":"Pays Ltd","paymentMethod":"pm_other"}""", changed.GetProperty("after").GetRawText());
        Assert.Equal("an outage", pays[2].GetProperty("why").GetString());
        Assert.Equal("month-close: issue-invoices step", pays[3].GetProperty("who").GetString());
        Assert.Equal("month-close: charge-invoices step", pays[4].GetProperty("who").GetString());
        Assert.Equal("Pending", pays[4].GetProperty("before").GetProperty("state").GetString());
        Assert.All(pays, entry => Assert.NotEqual(Guid.Empty, entry.GetProperty("messageId").GetGuid()));
        Assert.Equal("p***@example.com", pays[0].GetProperty("after").GetProperty("email").GetString());

        Assert.Equal(["account registered", "invoice issued", "charge failed", "hold placed", "payment recorded", "invoice paid", "hold lifted"], Said(await EntriesAsync("account=held")));
        Assert.Equal(["run started"], Said(await EntriesAsync("subject=2026-10")));
        Assert.StartsWith("a test, through ", (await EntriesAsync("subject=2026-10"))[0].GetProperty("who").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_be_read_in_pages_that_lose_and_repeat_nothing()
    {
        await house.RegisterAsync([.. Enumerable.Range(0, 25).Select(i => Sample.Account($"page-{i:00}"))]);
        var seen = new List<Guid>();
        string? after = null;
        do
        {
            var page = await house.Http.GetFromJsonAsync<JsonElement>(new Uri($"api/audit?kind=account&limit=7{(after is null ? "" : $"&after={after}")}", UriKind.Relative));
            seen.AddRange(page.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("id").GetGuid()));
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);
        Assert.Equal(await house.AskAsync(db => Task.FromResult(db.Audit.Count(entry => entry.SubjectKind == AuditSubject.Account))), seen.Count);
        Assert.Equal(seen.Count, seen.Distinct().Count());

        Assert.Equal(HttpStatusCode.BadRequest, (await house.Http.GetAsync(new Uri("api/audit?limit=100000", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await house.Http.GetAsync(new Uri("api/audit?after=nonsense", UriKind.Relative))).StatusCode);
        Assert.Empty(await EntriesAsync("account=page-01&to=2026-01-01T00:00:00Z"));
        Assert.Equal(HttpStatusCode.BadRequest, (await house.Http.GetAsync(new Uri("api/audit?to=2026-01-01T00:00:00", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Should_name_the_queue_of_a_plain_message_whose_sender_nobody_knows()
    {
        await house.Broker.PasteAsync("Billing.Contracts.MonthClose.V1:RegisterAccount", """{ "accountId": "plain", "name": "Plain", "currency": "USD" }""");
        var entries = await Eventually.HoldsAsync(() => EntriesAsync("account=plain"), entries => entries.Count == 1, "the account is registered");
        Assert.Equal("plain message by queue month-close-register-account", entries[0].GetProperty("who").GetString());
    }

    /// <summary>Oldest first.</summary>
    async Task<List<JsonElement>> EntriesAsync(string query) =>
        [.. (await house.Http.GetFromJsonAsync<JsonElement>(new Uri($"api/audit?{query}", UriKind.Relative))).GetProperty("entries").EnumerateArray().Reverse()];

    static List<string> Said(IEnumerable<JsonElement> entries) => [.. entries.Select(entry => $"{entry.GetProperty("subjectKind").GetString()} {entry.GetProperty("what").GetString()}")];
}
