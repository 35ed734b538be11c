using System.Text.Json.Nodes;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Taxing;

/// <summary>Each account uses 10.00 in October; the service adds 1.90 to it.</summary>
[TakesLong(40)]
public class When_the_tax_service_is_asked : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();
    TaxServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TaxServer.StartAsync();
        house.Settings["Tax:Calculator"] = "Http";
        house.Settings["Tax:Address"] = server.Address.ToString();
        house.Settings["Tax:ApiKey"] = "a-key-of-the-tests";
        house.Settings["Tax:Tries"] = "2";
        house.Settings["Tax:Pause"] = "00:00:00.010";
        await house.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await house.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Should_ask_once_for_a_chunk_and_hold_no_lock_meanwhile()
    {
        var locks = new List<string>();
        server.Answer = async right =>
        {
            locks.AddRange(await house.ReadInAsync("""
                select a."AccountId" from (select "AccountId" from "Account" for update nowait) a join (select "AccountId" from "AccountBalance" for update nowait) b using ("AccountId")
                """));
            return right.ToJsonString();
        };
        await house.BillOctoberAsync(Placed("a"), Placed("b"), Sample.Account("nowhere"));

        Assert.Equal(["a", "b", "nowhere"], locks.Order());     // every row could be locked while the service worked
        var (accounts, key) = Assert.Single(server.Requests);
        Assert.Equal(["a", "b"], accounts);
        Assert.Equal("Bearer a-key-of-the-tests", key);
        Assert.Equal((11.90m, 1.90m), await InvoicedAsync("a"));
        Assert.Equal((11.90m, 1.90m), await InvoicedAsync("b"));
        Assert.Equal("NoTaxCountry", (await ParkedAsync("nowhere")).ReasonCode);
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_park_the_accounts_while_it_does_not_answer_and_bill_them_with_tax_when_it_does()
    {
        server.Answer = _ => Task.FromResult<string?>(null);
        await house.BillOctoberAsync(Placed("a"));
        Assert.Equal("TaxCallFailed: The tax service did not say its tax: it answered 500. Unpark the account to ask again.", await ParkedTextAsync("a"));
        Assert.Equal(2, server.Requests.Count);         // two tries, and no more
        Assert.Equal(0, await house.AskAsync(db => db.Invoices.CountAsync()));

        server.Answer = right => Task.FromResult<string?>(right.ToJsonString());
        await house.TellAsync(new UnparkAccounts { Period = "2026-10", ReasonCode = "TaxCallFailed" });
        await house.HearsAsync<MonthCloseSucceeded>();
        Assert.Equal((11.90m, 1.90m), await InvoicedAsync("a"));
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_park_only_the_account_of_which_the_answer_is_wrong()
    {
        server.Answer = right =>
        {
            foreach (var account in right["accounts"]!.AsArray().ToList())
                Spoil(account!.AsObject(), account["lines"]![0]!.AsObject());
            return Task.FromResult<string?>(right.ToJsonString());
        };
        await house.BillOctoberAsync(Placed("good"), Placed("zero"), Placed("euro"), Placed("no-line"), Placed("negative"), Placed("cents"), Placed("left-out"), Placed("problem"));

        Assert.Equal(["good"], await house.AskAsync(db => db.Invoices.Select(invoice => invoice.AccountId).ToListAsync()));
        Assert.Contains("line 1 has the tax 0; its rate of 0.19 makes it 1.90", await ParkedTextAsync("zero"), StringComparison.Ordinal);
        Assert.Contains("it answered in \"EUR\"; expected USD", await ParkedTextAsync("euro"), StringComparison.Ordinal);
        Assert.Contains("it told line 1 0 times; expected once", await ParkedTextAsync("no-line"), StringComparison.Ordinal);
        Assert.Contains("line 1 has the tax -1.90; expected the sign of 10.00", await ParkedTextAsync("negative"), StringComparison.Ordinal);
        Assert.Contains("line 1 has the tax 1.905; expected", await ParkedTextAsync("cents"), StringComparison.Ordinal);
        Assert.Contains("its answer does not name the account", await ParkedTextAsync("left-out"), StringComparison.Ordinal);
        Assert.Contains("its tax: no such place.", await ParkedTextAsync("problem"), StringComparison.Ordinal);

        static void Spoil(JsonObject account, JsonObject line)
        {
            switch (account["accountId"]!.GetValue<string>())
            {
                case "zero": line["tax"] = 0; break;
                case "euro": account["currency"] = "EUR"; break;
                case "no-line": account["lines"] = new JsonArray(); break;
                case "negative": line["tax"] = -1.90m; break;
                case "cents": line["tax"] = 1.905m; break;
                case "left-out": account["accountId"] = "another"; break;
                case "problem": account["problem"] = "no such place"; break;
            }
        }
    }

    [Theory]
    [InlineData("no JSON at all", "its answer cannot be read")]
    [InlineData("[]", "its answer cannot be read")]
    [InlineData("null", "its answer does not name the account")]
    [InlineData("""{"accounts":[null]}""", "its answer does not name the account")]
    public async Task Should_park_when_the_answer_cannot_be_read(string answer, string why)
    {
        server.Answer = _ => Task.FromResult<string?>(answer);
        await house.BillOctoberAsync(Placed("a"));
        Assert.Contains(why, await ParkedTextAsync("a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_ask_again_when_something_was_used_in_between()
    {
        var first = true;
        server.Answer = async right =>
        {
            if (first)
            {
                first = false;
                await house.UseAsync(Sample.Use("a", 500));
            }

            return right.ToJsonString();
        };
        await house.BillOctoberAsync(Placed("a"), Placed("b"));
        Assert.Equal((17.85m, 2.85m), await InvoicedAsync("a"));
        Assert.Equal([["a", "b"], ["a"]], server.Requests.Select(request => request.Accounts));
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_ask_for_a_preview_and_for_an_invoice_in_the_place_of_a_voided_one()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Placed("a") with { ManualPayment = true });
        await house.UseAsync(Sample.Use("a", 1000));
        house.Clock.SetTo(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        var preview = await house.PreviewAsync("2026-10");
        Assert.Equal(1.90m, Assert.Single(preview.Totals).Tax);
        await house.TellAsync(new StartMonthClose { Period = "2026-10", CommitToken = preview.CommitToken });
        await house.HearsAsync<MonthCloseCompleted>();
        Assert.Equal((11.90m, 1.90m), await InvoicedAsync("a"));

        await house.TellAsync(await house.VoidAsync("a") with { Reissue = true });
        await house.HearsAsync<InvoiceReissued>();
        Assert.Equal((11.90m, 1.90m), await InvoicedAsync("a"));
        await house.BooksAgreeAsync("2026-10");
    }

    static RegisterAccount Placed(string id) => Sample.Account(id) with { Country = "DE" };

    async Task<(decimal Total, decimal Tax)> InvoicedAsync(string accountId) => await house.InvoiceAsync(accountId) is var invoice ? (invoice.Total, invoice.Tax) : default;

    Task<AccountClose> ParkedAsync(string accountId) =>
        house.AskAsync(db => db.AccountCloses.AsNoTracking().SingleAsync(close => close.AccountId == accountId && close.Step == CloseStep.Parked));

    async Task<string> ParkedTextAsync(string accountId) => await ParkedAsync(accountId) is var close ? $"{close.ReasonCode}: {close.Reason}" : "";
}
