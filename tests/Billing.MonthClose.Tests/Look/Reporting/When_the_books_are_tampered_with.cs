using System.Net.Http.Json;
using System.Text.Json;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Tests.House;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reporting;

public class When_the_books_are_tampered_with(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_find_each_place_where_two_records_disagree()
    {
        string[] ids = ["entry-gone", "balance-moved", "charge-forgotten", "invoice-reopened", "charge-raised", "untouched"];
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([.. ids.Select(Sample.Account)]);
        await house.UseAsync([.. ids.Select(id => Sample.Use(id, 1000))]);
        await house.CloseAsync("2026-10");
        await house.BooksAgreeAsync("2026-10");

        await house.BreakInAsync("""
            delete from "LedgerEntry" where "AccountId" = 'entry-gone' and "Account" = 'cash';
            update "AccountBalance" set "Owed" = 1 where "AccountId" = 'balance-moved';
            update "Charge" set "State" = 'Failed' where "AccountId" = 'charge-forgotten';
            update "Invoice" set "Status" = 'Open', "AmountPaid" = 0 where "AccountId" = 'invoice-reopened';
            update "Charge" set "Amount" = 11 where "AccountId" = 'charge-raised';
            """);

        var books = await house.Http.GetFromJsonAsync<JsonElement>(new Uri("api/runs/2026-10/reconciliation", UriKind.Relative));
        var found = books.GetProperty("differences").EnumerateArray().Select(one => (one.GetProperty("accountId").GetString(), one.GetProperty("kind").GetString())).ToList();
        Assert.Contains(("entry-gone", "ledger-out-of-balance"), found);
        Assert.Contains(("entry-gone", "charge-not-in-ledger"), found);
        Assert.Contains(("balance-moved", "balance-differs"), found);
        Assert.Contains(("charge-forgotten", "captured-not-booked"), found);
        Assert.Contains(("invoice-reopened", "open-invoices-differ"), found);
        Assert.Contains(("charge-raised", "amount-differs"), found);
        Assert.DoesNotContain(found, one => one.Item1 == "untouched");
    }
}
