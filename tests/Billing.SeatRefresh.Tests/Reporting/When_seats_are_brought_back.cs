using System.Globalization;
using Billing.Contracts.Notification.V1;
using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.SeatRefresh.Tests.Reporting;

/// <summary>The databases went back to a moment, and the queues did not: what was on its way then never arrives.</summary>
public sealed class When_seats_are_brought_back(SeatRefreshHouse house) : IClassFixture<SeatRefreshHouse>
{
    [Fact]
    public async Task Should_tell_the_latest_changes_again_with_the_release_and_doubt_alerts()
    {
        await house.RegisterAsync(Sample.Subscription("acme", seats: 2), Sample.Subscription("late", seats: 2) with { AlertEmail = "owner@late.example" });
        await house.JoinAsync("namespace-of-acme", "ann");
        await house.RefreshAsync("acme");
        var told = await house.HearsAsync<SeatUsageChanged>(change => change is { SubscriptionId: "acme", SeatsInUse: 1 });
        await house.StopServiceAsync();
        var moment = house.Clock.GetUtcNow().AddMinutes(1).ToString("O", CultureInfo.InvariantCulture);
        await house.BreakInAsync($"""
            insert into "Restoration" ("RestorationId", "TakenAt", "RestoredAt", "NothingLeft") values (gen_random_uuid(), '{moment}', '{moment}', false)
            """);
        await house.StartServiceAsync();
        Assert.Contains("\"held\":true", await HeldAsync(), StringComparison.Ordinal);

        using (var released = await house.Http.PostAsync(new Uri("api/restoration/release?why=looked&by=Ada", UriKind.Relative), null))
            released.EnsureSuccessStatusCode();
        var again = await Eventually.HoldsAsync(
            () => Task.FromResult(house.Heard<SeatUsageChanged>(change => change.SubscriptionId == "acme" && change.Version == told.Version)),
            heard => heard.Count == 2, "the change is told again, under its version");
        Assert.Equal((told.SeatsInUse, told.SeatsOwed, told.Ended), (again[1].SeatsInUse, again[1].SeatsOwed, again[1].Ended));
        Assert.Contains("\"held\":false", await HeldAsync(), StringComparison.Ordinal);

        // the customer may have read it before
        await house.JoinAsync("namespace-of-late", "ann", "bob");
        await house.RefreshAsync("late");
        Assert.True((await house.HearsAsync<SendEmail>(email => email.To == "owner@late.example")).MayHaveLeft);
    }

    Task<string> HeldAsync() => house.Http.GetStringAsync(new Uri("api/restoration/held", UriKind.Relative));
}
