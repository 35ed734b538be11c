using System.Net.Http.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Billing.Views.Restoring;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reconciling;

/// <summary>The books were brought back from a backup: what the gateway took since, they never heard of.</summary>
public class When_books_know_less_than_the_gateway(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    readonly Guid _same = Guid.CreateVersion7(), _other = Guid.CreateVersion7();

    [Fact]
    public async Task Should_let_nothing_leave_until_a_person_has_looked_and_never_take_money_twice()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("same"), Sample.Account("other"), Sample.Account("untouched"));
        await house.UseAsync(Sample.Use("same", 1000), Sample.Use("other", 2000), Sample.Use("untouched", 1000));
        await house.CaptureAsync("same", _same);
        await house.CaptureAsync("other", _other);
        await house.BringBackAsync();

        // held: no month begins, and what the gateway has is named
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await house.IsRefusedAsync("StartMonthClose", "released since they were brought back from a backup");
        var seen = (await house.Http.GetFromJsonAsync<RestoredView>(new Uri("api/restoration", UriKind.Relative)))!;
        Assert.Null(seen.ReleasedAt);
        Assert.Contains("nothing leaves: these are the books of", await HealthAsync(), StringComparison.Ordinal);
        Assert.Equal(2, seen.Forgotten.Count);
        Assert.Contains(seen.Forgotten, line => line.Contains("took 10.00 USD of same for 2026-10", StringComparison.Ordinal) && line.Contains($"{_same}", StringComparison.Ordinal));
        Assert.Equal(2, (await house.CapturesAsync()).Count);
        Assert.Equal(0, await house.AskAsync(db => db.ForgottenCharges.CountAsync()));      // whoever may read may look, and a look changes nothing
        Assert.StartsWith("""{"held":true,"takenAt":"2026-10-31T12:00:00+00:00","restoredAt":""", await HeldAsync(), StringComparison.Ordinal);

        using (var refused = await house.Http.PostAsync(new Uri("api/restoration/release?why=", UriKind.Relative), null))
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
        using (var released = await house.Http.PostAsync(new Uri("api/restoration/release?why=looked&by=Ada", UriKind.Relative), null))
            Assert.True((await released.Content.ReadFromJsonAsync<RestorationReleased>())!.Released);
        Assert.Contains("released by Ada", await HealthAsync(), StringComparison.Ordinal);
        Assert.Equal("""{"held":false,"takenAt":null,"restoredAt":null}""", await HeldAsync());
        Assert.Equal(2, await house.AskAsync(db => db.ForgottenCharges.CountAsync()));
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });

        // the same money is taken back under its old id; other money waits for a person
        Assert.Equal(1, (await house.HearsAsync<MonthCloseCompleted>()).Parked);
        Assert.Equal(_same, (await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "same")).ChargeId);
        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "untouched");
        Assert.Equal("UnderReview", (await house.HearsAsync<AccountParked>()).ReasonCode);
        Assert.Equal(["other", "same", "untouched"], await CustomersAsync());
        Assert.Equal((0m, 0m), await house.BalanceAsync("same"));
        await LettersAreDoubtedAsync();

        // until one says what it is
        await house.ReconcileAsync("2026-10");
        var drift = await house.HearsAsync<DriftFound>(found => found.AccountId == "other");
        Assert.Equal(("captured-without-charge", "Parked"), (drift.Class, drift.Outcome));
        await house.TellAsync(new AcceptDrift { DriftId = drift.DriftId, Reason = "given back at the gateway", RequestedBy = "Ada" });
        await house.HearsAsync<DriftAccepted>();
        await house.TellAsync(new UnparkAccounts { Period = "2026-10", ReasonCode = "UnderReview" });
        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "other");
        Assert.Equal(["other", "other", "same", "untouched"], await CustomersAsync());
        Assert.Equal(3, await house.AskAsync(db => db.Charges.CountAsync(charge => charge.State == ChargeState.Succeeded)));
    }

    Task<string> HeldAsync() => house.Http.GetStringAsync(new Uri("api/restoration/held", UriKind.Relative));

    Task<string> HealthAsync() => house.Http.GetStringAsync(new Uri("health/ready", UriKind.Relative));

    /// <summary>The invoices of a month that was over, and the receipt for money that was taken before; not the receipt for what is charged only now.</summary>
    async Task LettersAreDoubtedAsync()
    {
        await Eventually.HoldsAsync(() => Task.FromResult(Letters()), letters => letters.Count == 5, "every letter is asked for");
        Assert.Equal(["invoice other", "invoice same", "invoice untouched", "receipt same"],
            Letters().Where(letter => letter.MayHaveLeft == true).Select(letter => $"{letter.Template} {letter.WorkspaceId}").Order(StringComparer.Ordinal));
    }

    List<SendEmail> Letters() => [.. house.Heard<SendEmails>().SelectMany(list => list.Emails).DistinctBy(letter => letter.NotificationId)];

    async Task<IEnumerable<string>> CustomersAsync() =>
        (await house.CapturesAsync()).Select(capture => capture.GetProperty("customer").GetString()!).Order(StringComparer.Ordinal);
}

/// <summary>A person asks for one charge, and knows less than he thinks.</summary>
public class When_a_charge_is_asked_for_and_the_books_are_held(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_turn_it_down_until_they_are_released()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_ok", behaviour = "decline", code = "insufficient_funds" });
        await house.BillOctoberAsync(Sample.Account("acme"));
        await house.CollectionIsAsync("acme", "Dunning");
        await house.GatewayRulesAsync();
        await house.BringBackAsync();

        await house.RetryInvoiceOfAsync("acme");
        Assert.Equal("Restored", (await house.HearsAsync<InvoiceRetryRefused>()).ReasonCode);
        Assert.Empty(await house.CapturesAsync());

        using (var released = await house.Http.PostAsync(new Uri("api/restoration/release?why=looked&by=Ada", UriKind.Relative), null))
            released.EnsureSuccessStatusCode();
        await house.RetryInvoiceOfAsync("acme");
        await house.HearsAsync<ChargeSucceeded>();
        Assert.Single(await house.CapturesAsync());
    }
}

static class BroughtBackBooks
{
    /// <summary>As restore does it: while no process of the service runs.</summary>
    public static async Task BringBackAsync(this MonthCloseHouse house, Func<Task>? meanwhile = null)
    {
        await house.StopServiceAsync();
        if (meanwhile is not null)
            await meanwhile();
        house.Clock.Advance(TimeSpan.FromMinutes(10));
        await house.BreakInAsync($"""
            insert into "Restoration" ("RestorationId", "TakenAt", "RestoredAt", "NothingLeft")
            values (gen_random_uuid(), '2026-10-31T12:00:00Z', '{house.Clock.GetUtcNow():O}', false)
            """);
        await house.StartServiceAsync();
    }
}
