using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Previewing;

public sealed class When_a_month_is_previewed : IAsyncLifetime
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    readonly MonthCloseHouse house = new();

    public async Task InitializeAsync()
    {
        house.Settings["Closing:ChunkSize"] = "2";
        house.Settings["Closing:ChunksPerCut"] = "2";
        await house.InitializeAsync();
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([.. Enumerable.Range(1, 7).Select(i => Sample.Account($"account-{i}"))]);
        await house.UseAsync([.. Enumerable.Range(1, 6).Select(i => Sample.Use($"account-{i}", 1000 * i))]);
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_show_what_the_close_then_does()
    {
        await house.UseAsync(Sample.Use("account-6", 1, id: "unpriced") with { PriceCode = "no-price" });
        var preview = await house.PreviewAsync("2026-10");

        Assert.Equal((7, 5, 1), (preview.Accounts, preview.Billed, preview.Parked));
        var totals = Assert.Single(preview.Totals);
        Assert.Equal(("USD", 5, 150m, 150m), (totals.Currency, totals.Invoices, totals.Invoiced, totals.AmountDue));
        var accounts = await AccountsAsync("all");
        Assert.Equal("PriceMissing", accounts.Single(account => account.AccountId == "account-6").ReasonCode);
        Assert.Equal("NothingToBill", accounts.Single(account => account.AccountId == "account-7").Outcome);
        Assert.Equal("account-6", Assert.Single(await AccountsAsync("parked")).AccountId);

        await house.TellAsync(new StartMonthClose { Period = "2026-10", CommitToken = preview.CommitToken, RequestedBy = "jane" });
        var completed = await house.HearsAsync<MonthCloseCompleted>();

        Assert.Equal((7, 6, 1), (completed.Accounts, completed.Closed, completed.Parked));
        var invoices = await house.AskAsync(db => db.Invoices.AsNoTracking().ToDictionaryAsync(invoice => invoice.AccountId));
        var lines = await house.AskAsync(db => db.InvoiceLines.AsNoTracking().ToListAsync());
        foreach (var account in accounts.Where(account => account.Total != 0 && account.ReasonCode is null))
        {
            var invoice = invoices[account.AccountId];
            Assert.Equal((invoice.Total, invoice.CreditApplied, invoice.AmountDue), (account.Total, account.CreditApplied, account.AmountDue));
            Assert.Equal(lines.Where(line => line.InvoiceId == invoice.InvoiceId).Select(line => (line.Formula, line.Amount)),
                account.Lines.Select(line => (line.Formula, line.Amount)));
        }

        Assert.Equal("Confirmed", (await PreviewAsync()).LastCheck!.State);

        // what was previewed as parked is billed when its cause is mended
        await house.SetPricesAsync(Sample.ApiCalls with { PriceCode = "no-price" });
        await house.TellAsync(new UnparkAccounts { Period = "2026-10", RequestedBy = "jane" });
        await house.HearsAsync<MonthCloseSucceeded>();
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_write_nothing_but_the_preview()
    {
        await house.QuietAsync();
        var before = await house.RowsBesidePreviewsAsync();

        await house.PreviewAsync("2026-10");
        await house.QuietAsync();

        Assert.Equal(before, await house.RowsBesidePreviewsAsync());
        Assert.Empty(await house.CapturesAsync());
        Assert.Empty(house.Heard<InvoiceIssued>());
        Assert.Empty(house.Heard<SendEmails>());
    }

    [Fact]
    public async Task Should_have_the_same_token_for_the_same_inputs_and_another_for_others()
    {
        var first = await house.PreviewAsync("2026-10");
        var second = await house.PreviewAsync("2026-10");
        Assert.Equal(first.CommitToken, second.CommitToken);
        await house.UseAsync(Sample.Use("account-1", 1));
        Assert.NotEqual(first.CommitToken, (await house.PreviewAsync("2026-10")).CommitToken);
    }

    [Fact]
    public async Task Should_hold_the_run_back_and_name_what_changed()
    {
        var preview = await house.PreviewAsync("2026-10");
        await house.SetPricesAsync(Sample.ApiCalls with { UnitPrice = 0.02m });
        await house.UseAsync(Sample.Use("account-2", 500));

        await house.TellAsync(new StartMonthClose { Period = "2026-10", CommitToken = preview.CommitToken, RequestedBy = "jane" });
        var held = await house.HearsAsync<MonthCloseHeldBack>();

        Assert.Equal((6, "jane"), (held.Accounts, held.RequestedBy));
        var price = held.Changes[0];
        Assert.Equal((null, "price api-calls in USD", "Unit 0.01", "Unit 0.02"), (price.AccountId, price.What, price.Before, price.After));
        Assert.Contains(held.Changes, change => change is { AccountId: "account-2", What: "line api-calls of 2026-10", Before: "2000 × 0.01 = 20", After: "2500 × 0.02 = 50" });
        Assert.Equal(0, await house.AskAsync(db => db.Runs.CountAsync()));
        Assert.Equal("HeldBack", (await PreviewAsync()).LastCheck!.State);

        // looked at again, or accepted as it is: the run's invoices are those of a fresh preview
        await house.TellAsync(new StartMonthClose { Period = "2026-10", CommitToken = preview.CommitToken, AcceptChanges = true, RequestedBy = "jane" });
        Assert.Equal(7, (await house.HearsAsync<MonthCloseCompleted>()).Closed);
        Assert.Equal([20m, 50m, 60m, 80m, 100m, 120m], await house.AskAsync(db => db.Invoices.OrderBy(invoice => invoice.AccountId).Select(invoice => invoice.Total).ToListAsync()));
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_park_an_account_that_changes_after_the_check_until_a_person_says_yes()
    {
        var preview = await house.PreviewAsync("2026-10");
        await house.BreakInAsync("""
            create function late_usage() returns trigger language plpgsql security definer as $$ begin
                update "Usage" set "Quantity" = "Quantity" + 7 where "AccountId" = 'account-3';
                return new;
            end $$;
            create trigger late_usage after insert on "Run" for each row execute function late_usage();
            """);

        await house.TellAsync(new StartMonthClose { Period = "2026-10", CommitToken = preview.CommitToken, RequestedBy = "jane" });
        var parked = await house.HearsAsync<AccountParked>();
        Assert.Equal(("account-3", "ChangedSincePreview"), (parked.AccountId, parked.ReasonCode));
        Assert.Contains("3000 × 0.01 = 30, is 3007 × 0.01 = 30.07", parked.Reason, StringComparison.Ordinal);
        Assert.Equal((6, 1), ((await house.HearsAsync<MonthCloseCompleted>()).Closed, (await house.HearsAsync<MonthCloseCompleted>()).Parked));

        await house.TellAsync(new UnparkAccounts { Period = "2026-10", RequestedBy = "jane" });
        await house.HearsAsync<MonthCloseSucceeded>();
        Assert.Equal(30.07m, await house.AskAsync(db => db.Invoices.Where(invoice => invoice.AccountId == "account-3").Select(invoice => invoice.Total).SingleAsync()));
    }

    [Fact]
    public async Task Should_refuse_a_token_that_is_not_the_newest_and_a_month_unseen_where_that_is_asked()
    {
        await house.TellAsync(new StartMonthClose { Period = "2026-10", CommitToken = new string('0', 64) });
        await house.IsRefusedAsync(nameof(StartMonthClose), "2026-10 was not previewed yet");
        var preview = await house.PreviewAsync("2026-10");
        await house.TellAsync(new StartMonthClose { Period = "2026-10", CommitToken = new string('1', 64) });
        await house.IsRefusedAsync(nameof(StartMonthClose), $"expected {preview.CommitToken}");
        await house.TellAsync(new StartMonthClose { Period = "2026-10", AcceptChanges = true });
        await house.IsRefusedAsync(nameof(StartMonthClose), "a commit token beside it");

        await house.StopServiceAsync();
        house.Settings["Closing:RequirePreview"] = "true";
        await house.StartServiceAsync();
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await house.IsRefusedAsync(nameof(StartMonthClose), "closes no month unseen");
        Assert.Equal(0, await house.AskAsync(db => db.Runs.CountAsync()));
    }

    [Fact]
    public async Task Should_show_one_account_in_the_middle_of_its_month()
    {
        house.Clock.SetTo(new DateTimeOffset(2026, 10, 15, 12, 0, 0, TimeSpan.Zero));
        var account = await house.Http.GetFromJsonAsync<PreviewedAccountView>(new Uri("api/previews/2026-10/account?id=account-4", UriKind.Relative), Json);
        Assert.Equal(("Charged", 40m, 40m), (account!.Outcome, account.Total, account.AmountDue));
        Assert.Equal(0, await house.AskAsync(db => db.PreviewedAccounts.CountAsync()));

        house.Clock.SetTo(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        await house.CloseAsync("2026-10");
        var closed = await house.Http.GetAsync(new Uri("api/previews/2026-10/account?id=account-4", UriKind.Relative));
        Assert.Contains("expected a month after 2026-10", await closed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await house.TellAsync(new PreviewMonthClose { Period = "2026-10" });
        await house.IsRefusedAsync(nameof(PreviewMonthClose), "a month whose close has not begun");
    }

    [Fact]
    public async Task Should_tell_new_gone_and_changed_from_the_month_before()
    {
        await house.CloseAsync("2026-10");
        await house.UseAsync(
            Sample.Use("account-1", 1100, "2026-11-10T10:00:00Z"), Sample.Use("account-2", 9000, "2026-11-10T10:00:00Z"), Sample.Use("account-7", 100, "2026-11-10T10:00:00Z"));

        var preview = await house.PreviewAsync("2026-11");

        Assert.Equal((1, 4, 1), (preview.New, preview.Gone, preview.Changed));
        Assert.Equal((102m, 210m), (preview.Totals[0].Invoiced, preview.Totals[0].InvoicedBefore));
        Assert.Equal("account-7", Assert.Single(await AccountsAsync("new", "2026-11")).AccountId);
        Assert.Equal(["account-3", "account-4", "account-5", "account-6"], (await AccountsAsync("gone", "2026-11")).Select(account => account.AccountId));
        Assert.Equal(("account-2", 20m, 90m), (await AccountsAsync("changed", "2026-11")) is [var changed] ? (changed.AccountId, changed.Before!.Value, changed.Earned) : default);
    }

    [Fact]
    public async Task Should_say_so_when_it_cannot_be_computed()
    {
        await house.RefuseAsync("RunPreview", "update", """new."State" <> 'Failed'""");
        await house.TellAsync(new PreviewMonthClose { Period = "2026-10", RequestedBy = "jane" });

        var alert = await house.HearsAsync<BillingAlert>();
        Assert.Equal("preview-failed", alert.Code);
        Assert.Contains("refused by a test", alert.Message, StringComparison.Ordinal);
        Assert.Equal("Failed", (await PreviewAsync()).State);

        await house.TakeAgainAsync("RunPreview");
        Assert.Equal(7, (await house.PreviewAsync("2026-10")).Accounts);
    }

    async Task<PreviewView> PreviewAsync() => (await house.Http.GetFromJsonAsync<PreviewView>(new Uri("api/previews/2026-10", UriKind.Relative), Json))!;

    async Task<PreviewedAccountView[]> AccountsAsync(string show, string period = "2026-10") =>
        (await house.Http.GetFromJsonAsync<PreviewedAccountView[]>(new Uri($"api/previews/{period}/accounts?show={show}", UriKind.Relative), Json))!;
}
