using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

public sealed class When_a_month_may_not_be_closed : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_refuse_a_month_that_is_not_over_and_keep_the_command()
    {
        await house.RegisterAsync(Sample.Account("western") with { TimeZone = "America/Los_Angeles" });
        await house.Broker.PasteAsync("Billing.Contracts.MonthClose.V1:StartMonthClose", """{ "period": "2026-12", "outOfOrder": true }""");

        var reason = await house.IsRefusedAsync("StartMonthClose", "2026-12");
        Assert.Contains("Period is \"2026-12\"", reason, StringComparison.Ordinal);
        Assert.Contains("America/Los_Angeles at 2027-01-01T08:00:00Z", reason, StringComparison.Ordinal);
        Assert.Equal(0, await house.AskAsync(db => db.Runs.CountAsync()));
    }

    [Fact]
    public async Task Should_leave_out_who_joined_after_the_month_and_keep_the_months_in_order()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("there"), Sample.Account("newcomer") with { JoinedOn = new DateOnly(2026, 11, 1) });
        await house.UseAsync(Sample.Use("there", 1000));
        Assert.Equal(["there"], await ClosedAsync("2026-10"));
        Assert.Equal(["newcomer", "there"], (await ClosedAsync("2026-11")).Order(StringComparer.Ordinal));

        await house.TellAsync(new StartMonthClose { Period = "2026-09" });
        Assert.Contains("2026-11", await house.IsRefusedAsync("StartMonthClose", "2026-09"), StringComparison.Ordinal);
        await house.TellAsync(new StartMonthClose { Period = "2026-09", OutOfOrder = true });
        await house.HearsAsync<MonthCloseCompleted>(completed => completed.Period == "2026-09");
    }

    async Task<List<string>> ClosedAsync(string period)
    {
        var completed = await house.CloseAsync(period);
        return await house.AskAsync(db => db.AccountCloses.Where(close => close.RunId == completed.RunId)
            .Select(close => close.AccountId).ToListAsync());
    }
}
