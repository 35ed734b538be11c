using Billing.Scenarios.House;
using Billing.Testing;
using Xunit;

namespace Billing.Scenarios;

[TakesLong(180)]
[Trait("Category", "Slow")]
public sealed class When_a_server_is_stopped_and_comes_back
{
    static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    /// <summary>A start of the broker, and two looks for it.</summary>
    static readonly TimeSpan Recovery = TimeSpan.FromMinutes(3);

    const int Accounts = 600;

    [Fact]
    public async Task Should_turn_red_in_ten_seconds_and_green_by_itself()
    {
        var servers = await PrivateServers.OpenAsync();
        await using var house = await BillingHouse.OpenAsync(servers);

        await servers.StopDatabaseAsync();
        await house.AllAreAsync(false, TenSeconds);
        await servers.StartDatabaseAsync();
        await house.AllAreAsync(true, Recovery);

        await servers.StopBrokerAsync();
        await house.AllAreAsync(false, TenSeconds);
        await servers.StartBrokerAsync();
        await house.AllAreAsync(true, Recovery);
    }

    [Fact]
    public async Task Should_close_the_month_when_broker_and_database_are_killed_in_mid_run()
    {
        var servers = await PrivateServers.OpenAsync();
        await using var house = await BillingHouse.OpenAsync(servers);
        await house.TakeInAsync(Accounts);
        await house.StartRunAsync();

        await house.UntilAsync("the first answers are booked", run => run.Answered > 0);
        await servers.KillBrokerAsync();
        await house.AllAreAsync(false, TenSeconds);
        await servers.StartBrokerAsync();
        await house.AllAreAsync(true, Recovery);

        await house.UntilAsync("half is closed", run => run.Closed > Accounts / 2);
        await servers.KillDatabaseAsync();
        await house.AllAreAsync(false, TenSeconds);
        await servers.StartDatabaseAsync();
        await house.AllAreAsync(true, Recovery);

        await house.EndsWithBooksThatAgreeAsync();
    }
}
