using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Tests.House;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

/// <summary>What an account costs in this month may not grow with the months before it.</summary>
public sealed class When_years_lie_behind_an_account : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_read_no_invoice_of_another_month_when_its_close_goes_on()
    {
        await house.SetPricesAsync(new SetPrice { PriceCode = "fee", Currency = "USD", Description = "Plan", Model = "unit", UnitPrice = 30m });
        await house.RegisterAsync(Sample.Account("old") with { FeePriceCode = "fee" });
        await house.CloseAsync("2026-10");
        await house.QuietAsync();
        await house.ReadInAsync("""
            insert into "Invoice" select (jsonb_populate_record(i, jsonb_build_object(
                    'InvoiceId', gen_random_uuid(), 'RunId', gen_random_uuid(), 'Number', 'OLD-' || ago, 'Period', i."Period" - 100 * ago))).*
                from "Invoice" i, generate_series(1, 30) ago
            """);

        // a new session hears what it has read itself, with what its triggers read; so small a table would be read whole
        var read = await house.ReadAsServiceAsync("""
            set local enable_seqscan = off;
            update "AccountClose" set "Outcome" = 'another';
            select (seq_tup_read + idx_tup_fetch)::text from pg_stat_xact_user_tables where relname = 'Invoice';
            """);
        Assert.Equal(["1"], read);
        Assert.Equal(["another 1"], await house.ReadInAsync("""select "Close" || ' ' || sum("Invoices") from "MoneyTally" where "Close" = 'another' group by "Close" """));
    }
}
