using Billing.Scenarios.House;
using Billing.Testing;
using Xunit;

namespace Billing.Scenarios;

[TakesLong(115)]
[Trait("Category", "Slow")]
public sealed class When_another_service_is_killed_in_mid_run
{
    const int Accounts = 600;

    [Fact]
    public async Task Should_close_the_month_when_the_gateway_dies_with_charges_in_its_hands()
    {
        await using var house = await BillingHouse.OpenAsync();
        await house.TakeInAsync(Accounts);
        await house.StartRunAsync();

        foreach (var sixth in (int[])[1, 2, 4])
        {
            await house.UntilAsync($"{sixth} sixths are captured", run => run.Captures > Accounts * sixth / 6 || run.Answered > Accounts * (sixth + 1) / 6);
            await house.Gateway.KillAndStartAsync();
        }

        await house.EndsWithBooksThatAgreeAsync();
    }

    [Fact]
    public async Task Should_close_the_month_when_the_others_die()
    {
        await using var house = await BillingHouse.OpenAsync();
        await house.TakeInAsync(Accounts);
        await house.StartRunAsync();

        await house.UntilAsync("the first answers are booked", run => run.Answered > 0);
        await house.Notification.KillAndStartAsync();
        await house.Scheduler.KillAndStartAsync();
        await house.UntilAsync("half is closed", run => run.Closed > Accounts / 2);
        await house.Notification.KillAndStartAsync();
        await house.SeatRefresh.KillAndStartAsync();

        await house.EndsWithBooksThatAgreeAsync();
        await house.AllAreAsync(true, TimeSpan.FromMinutes(3));
    }
}
