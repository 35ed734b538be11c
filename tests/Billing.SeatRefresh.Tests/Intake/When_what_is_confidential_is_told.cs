using Billing.Contracts.Seats.V1;
using Billing.Sealing;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Intake;

public sealed class When_what_is_confidential_is_told : IAsyncLifetime
{
    const string Exchange = "Billing.Contracts.Seats.V1:RegisterSubscription";
    const string Email = "wilhelmina.topsecret@example.com";
    readonly SeatRefreshHouse house = new()
    {
        Settings =
        {
            ["Sealing:CurrentKey"] = "test",
            ["Sealing:Keys:test"] = Convert.ToBase64String([.. Enumerable.Repeat((byte)7, Sealer.KeySize)])
        }
    };

    public async Task InitializeAsync()
    {
        await house.InitializeAsync();
        await Leaks.WitnessAsync(house.Broker, Exchange, $"{Exchange}s");
    }

    public Task DisposeAsync() => house.DisposeAsync();

    static string Subscription(string id, string seats = "5") =>
        $$"""
        {"subscriptionId":"{{id}}","accountId":"acme","namespaceId":"{{id}}-root","seats":{{seats}},"plan":"premium","termStart":"2026-10-01",
        "termEnd":"2027-09-30","alertEmail":"{{Email}}"}
        """;

    [Fact]
    public async Task Should_lie_nowhere_in_clear_and_be_obeyed_when_it_is_mended_and_moved_back()
    {
        await house.Broker.PasteAsync(Exchange, Subscription("one"));
        string[] many = [Subscription("two"), Subscription("three", "-1"), Subscription("four").Replace(Email, "wilhelmina topsecret", StringComparison.Ordinal),
            Subscription("five", "\"n/a\""), $"\"{Email}\""];
        await house.Broker.PasteAsync($"{Exchange}s", $$"""{"reference":"many","subscriptions":[{{string.Join(',', many)}}]}""");
        await house.Broker.PasteAsync($"{Exchange}s", $$"""{"reference":"none","subscriptions":{{Subscription("six")}} }""");
        await house.Broker.PasteAsync(Exchange, Subscription("late", "-1"));
        await house.Broker.PasteAsync(Exchange, Subscription("late", "\"n/a\""));
        await house.Broker.LyingAsync("seat-refresh-register-subscription_error", 2);
        await house.Broker.LyingAsync("seat-refresh-register-subscriptions_error", 1);
        await IsKnownAsync("one");
        await IsKnownAsync("two");
        await IsSealedAnywhereAsync();

        var parked = (await house.Broker.LyingAsync("seat-refresh-register-subscription_error", 2)).Select(message => message.GetProperty("payload").GetString()!)
            .Single(body => body.Contains("\"seats\":-1", StringComparison.Ordinal));
        await house.Broker.PasteAsync(Exchange, parked.Replace("\"seats\":-1", "\"seats\":9", StringComparison.Ordinal));
        await IsKnownAsync("late");
        await IsSealedAnywhereAsync();
    }

    async Task IsKnownAsync(string id) => await Eventually.HoldsAsync(
        () => house.AskAsync(db => db.Subscriptions.Where(one => one.SubscriptionId == id).Select(one => one.AlertEmail).SingleOrDefaultAsync()), email => email == Email, $"{id} is known");

    async Task IsSealedAnywhereAsync()
    {
        var connection = await house.AskAsync(db => Task.FromResult(db.Database.GetConnectionString()!));
        var lying = await Leaks.AnywhereAsync(house.Broker, connection);
        Assert.DoesNotContain(lying, text => text.Contains("topsecret", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(lying, text => text.Contains("sealed:v1:test:", StringComparison.Ordinal));
        Assert.Contains(lying, text => text.Contains("Subscription: ", StringComparison.Ordinal) && text.Contains("sealed:v1:test:", StringComparison.Ordinal));
    }
}
