using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Personal;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Intake.Accounts;

/// <summary>With no more rights in the database than the service has.</summary>
public class When_a_contact_is_erased(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    static readonly EraseContact Erase = new() { AccountId = "acme", Why = "asked for by letter", RequestedBy = "privacy" };

    [Fact]
    public async Task Should_be_refused_until_the_account_is_over_and_then_keep_the_books()
    {
        await house.IsRejectedAsync(Erase with { AccountId = "nobody" }, "expected an account that is registered");
        var acme = Sample.Account("acme") with { Name = "Acme Quartermain", ManualPayment = true };
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(acme, Sample.Account("other") with { Name = "Acme Quartermain" });
        await house.UseAsync(Sample.Use("acme", 1000), Sample.Use("other", 1000));
        await house.IsRejectedAsync(Erase, "ClosedOn is \"missing\"; expected a day before 2026-11-01: an account is erased when it is over");
        await house.TellAsync(acme with { ClosedOn = new DateOnly(2026, 10, 31) });
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Accounts.AnyAsync(account => account.ClosedOn != null)), "the account is closed");
        await house.IsRejectedAsync(Erase, "InvoicedThrough is \"missing\"; expected 2026-10, the month of its last day: its last invoice is issued first");
        await house.CloseAsync("2026-10");
        await house.IsRejectedAsync(Erase, "expected none that is open: paid, voided or written off");
        await house.TellAsync(new RecordPayment { PaymentId = "p-1", AccountId = "acme", Amount = 10.00m, Currency = "USD" });
        await house.HearsAsync<PaymentRecorded>();
        await house.QuietAsync();
        var ledger = await house.AskAsync(db => db.LedgerEntries.OrderBy(entry => entry.TransactionId).ThenBy(entry => entry.Position)
            .Select(entry => $"{entry.AccountId} {entry.Account} {entry.Amount}").ToListAsync());

        await house.TellAsync(Erase);
        await Eventually.HoldsAsync(async () => (await HappenedAsync()).Contains("contact erased in month-close"), "it is erased");

        var shown = (await house.Http.GetFromJsonAsync<AccountView>(new Uri("api/accounts/acme", UriKind.Relative)))!.Erased!;
        Assert.StartsWith("privacy", shown.By, StringComparison.Ordinal);
        Assert.Equal("asked for by letter", shown.Why);
        Assert.Equal("month-close", Assert.Single(shown.Services).Service);
        Assert.Null((await house.Http.GetFromJsonAsync<AccountView>(new Uri("api/accounts/other", UriKind.Relative)))!.Erased);
        var account = await house.AskAsync(db => db.Accounts.AsNoTracking().SingleAsync(account => account.AccountId == "acme"));
        Assert.Equal(("erased", null, null), (account.Name, account.Email, account.PaymentMethod));
        Assert.Empty((await HeldAsync("acme")).GetProperty("values").EnumerateArray());
        Assert.NotEmpty((await HeldAsync("other")).GetProperty("values").EnumerateArray());        // of the same name
        Assert.Equal(ledger, await house.AskAsync(db => db.LedgerEntries.OrderBy(entry => entry.TransactionId).ThenBy(entry => entry.Position)
            .Select(entry => $"{entry.AccountId} {entry.Account} {entry.Amount}").ToListAsync()));
        await house.BooksAgreeAsync("2026-10");

        // who does not know brings nothing back, and nothing is set aside in which it would lie
        await house.TellAsync(acme, new RegisterAccounts { Accounts = [acme, Sample.Account("third")], Reference = "late" },
            new ChangePaymentMethod { ChangeId = "late", AccountId = "acme", PaymentMethod = "pm_late" });
        var answer = await house.HearsAsync<AccountsRegistered>(told => told.Reference == "late");
        Assert.Equal((1, "acme"), (answer.Registered, Assert.Single(answer.Rejected).AccountId));
        await house.QuietAsync();
        Assert.Empty((await HeldAsync("acme")).GetProperty("values").EnumerateArray());
        Assert.DoesNotContain("month-close-register-account_error", await house.Broker.ErrorQueuesAsync());
        Assert.Equal("erased", await house.AskAsync(db => db.Accounts.Where(one => one.AccountId == "acme").Select(one => one.Name).SingleAsync()));
        Assert.True(await house.AskAsync(db => db.Set<ErasedContact>().AnyAsync(contact => contact.AccountId == "acme" && contact.ErasedBy.StartsWith("privacy"))));
    }

    async Task<JsonElement> HeldAsync(string account) => await house.Http.GetFromJsonAsync<JsonElement>(new Uri($"api/contacts/{account}", UriKind.Relative));

    Task<List<string>> HappenedAsync() => house.AskAsync(db => db.Audit.Where(entry => entry.AccountId == "acme").Select(entry => entry.What).ToListAsync());
}
