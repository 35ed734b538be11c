using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

public class When_a_run_is_cancelled(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_finish_what_is_in_flight_cancel_the_rest_and_take_it_up_when_asked_again()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        var accounts = Enumerable.Range(1, 75).Select(i => $"acme-{i:00}").ToList();
        await house.RegisterAsync([.. accounts.Select(Sample.Account)]);
        await house.UseAsync([.. accounts.Select(id => Sample.Use(id, 100))]);

        using (var gate = new Gate<IssueInvoices>(house.Services))
        {
            await house.TellAsync(new StartMonthClose { Period = "2026-10" });
            await gate.Arrived;     // four chunks of ten are in flight, four wait
            await house.TellAsync(new CancelMonthClose { Period = "2026-10", Reason = "wrong price list" });
            await Eventually.HoldsAsync(async () => (await house.RunAsync("2026-10")).GetProperty("steps").GetProperty("Cancelled").GetInt32(), count => count == 35, "35 accounts are cancelled");
        }

        var completed = await house.HearsAsync<MonthCloseCompleted>();
        Assert.Equal((75, 40, 35), (completed.Accounts, completed.Closed, completed.Cancelled));
        Assert.Equal(40, (await house.CapturesAsync()).Count);
        Assert.Empty(house.Heard<MonthCloseSucceeded>());

        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        Assert.Equal(75, (await house.HearsAsync<MonthCloseSucceeded>()).Accounts);
        Assert.Equal(75, (await house.CapturesAsync()).Count);
        Assert.Single(house.Heard<MonthCloseCompleted>());
        await house.BooksAgreeAsync("2026-10");
    }
}
