using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

/// <summary>An installation that leaves its months open for late usage for a day.</summary>
public sealed class When_a_month_is_drafted : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public async Task InitializeAsync()
    {
        house.Settings["Closing:Grace"] = "1.00:00:00";
        await house.InitializeAsync();
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("acme"));
        await house.UseAsync(Sample.Use("acme", 1000));
        house.Clock.SetTo(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        await house.TellAsync(new StartMonthClose { Period = "2026-10", RequestedBy = "jane" });
        await house.HearsAsync<MonthCloseDrafted>();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_take_late_usage_in_and_issue_what_is_approved()
    {
        Assert.Equal(10.00m, (await house.HearsAsync<MonthClosePreviewed>()).Totals.Single().Invoiced);
        await house.UseAsync(Sample.Use("acme", 500));      // late, and of October
        await NothingIsIssuedAsync();
        Assert.Equal(15.00m, (await house.PreviewAsync("2026-10")).Totals.Single().Invoiced);
        Assert.Equal("Drafted", (await house.RunAsync("2026-10")).GetProperty("state").GetString());

        await house.TellAsync(new ApproveRun { Period = "2026-10", RequestedBy = "jane" });

        Assert.Equal(15.00m, (await house.HearsAsync<MonthCloseCompleted>()).Totals.Single().Invoiced);
        Assert.Contains(await house.AskAsync(db => db.Audit.Where(entry => entry.SubjectKind == "run").ToListAsync()),
            entry => entry is { What: "approved" } && entry.Who.StartsWith("jane", StringComparison.Ordinal));
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_be_final_when_its_time_is_over()
    {
        await NothingIsIssuedAsync();
        house.Clock.Advance(TimeSpan.FromHours(25));

        Assert.Equal(1, (await house.HearsAsync<MonthCloseCompleted>()).Closed);
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_begin_anew_when_it_was_cancelled()
    {
        await house.TellAsync(new CancelMonthClose { Period = "2026-10", Reason = "too early" });
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Runs.AsNoTracking().SingleAsync()), run => run.CurrentState == nameof(MonthCloseRun.Cancelled), "it is cancelled");
        house.Clock.Advance(TimeSpan.FromHours(25));
        await house.QuietAsync();
        Assert.Empty(house.Heard<MonthCloseCompleted>());

        await house.TellAsync(new StartMonthClose { Period = "2026-10", CommitToken = (await house.PreviewAsync("2026-10")).CommitToken });

        await house.HearsAsync<MonthCloseStarted>();        // who has looked at it needs no draft

        Assert.Equal(1, (await house.HearsAsync<MonthCloseCompleted>()).Closed);
        await house.BooksAgreeAsync("2026-10");
    }

    async Task NothingIsIssuedAsync()
    {
        await house.QuietAsync();
        Assert.Equal(0, await house.AskAsync(db => db.Invoices.CountAsync()));
        Assert.Empty(house.Heard<MonthCloseStarted>());
        Assert.Empty(house.Heard<SendEmails>());
    }
}
