using Billing.Scenarios.House;
using Billing.Testing;
using Xunit;

namespace Billing.Scenarios;

[TakesLong(190)]
[Trait("Category", "Slow")]
public sealed class When_month_close_is_killed_in_mid_run
{
    const int Accounts = 600;

    [Fact]
    public async Task Should_close_the_month_when_month_close_dies_again_and_again()
    {
        await using var house = await BillingHouse.OpenAsync();
        await house.TakeInAsync(Accounts);
        await house.StartRunAsync();

        await house.UntilAsync("the first invoices are issued", run => run.Invoiced > 0);
        await house.MonthClose.KillAndStartAsync();
        await house.UntilAsync("charges are being made", run => run.Captures > Accounts / 6);
        await house.MonthClose.KillAndStartAsync();
        await house.UntilAsync("answers are being booked", run => run.Answered > Accounts / 3);
        await house.MonthClose.KillAndStartAsync();
        await house.UntilAsync("the first two thirds are closed", run => run.Closed > Accounts * 2 / 3);
        await house.MonthClose.KillAndStartAsync();

        await house.EndsWithBooksThatAgreeAsync();
    }

    [Fact]
    public async Task Should_close_the_month_when_one_of_two_processes_of_month_close_dies()
    {
        await using var house = await BillingHouse.OpenAsync();
        var second = await house.StartSecondMonthCloseAsync();
        await house.TakeInAsync(Accounts);
        await house.StartRunByScheduleAsync();
        await house.SendEmailAsync();

        await house.UntilAsync("charges are being made", run => run.Captures > Accounts / 6);
        await second.KillAsync();

        await house.EndsWithBooksThatAgreeAsync();
        await house.IdsAreInEveryLogAsync();
    }
}
