using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests;

/// <summary>Each body of <c>contracts/README.md</c> is sent exactly as a person would send it on the broker's management page, twice.</summary>
public class When_a_person_pastes_plain_JSON(SeatRefreshHouse house) : IClassFixture<SeatRefreshHouse>
{
    [Fact]
    public async Task Should_do_what_it_says_and_do_it_once()
    {
        await PasteTwiceAsync<RegisterSubscription>(() => house.AskAsync(db => db.Subscriptions.CountAsync()), 1);
        await PasteTwiceAsync<RecordMembership>(() => house.AskAsync(db => db.Memberships.CountAsync()), 1);
        await PasteTwiceAsync<RegisterNamespace>(() => house.AskAsync(db => db.Namespaces.CountAsync()), 1);
        await PasteTwiceAsync<RecordInvitation>(() => house.AskAsync(db => db.Invitations.CountAsync()), 1);
        await PasteTwiceAsync<RecordUser>(() => house.AskAsync(db => db.People.CountAsync()), 1);
        await PasteTwiceAsync<RegisterSubscriptions>(() => house.AskAsync(db => db.Subscriptions.CountAsync()), 2);
        await PasteTwiceAsync<RegisterNamespaces>(() => house.AskAsync(db => db.Namespaces.CountAsync()), 3);
        await PasteTwiceAsync<RecordInvitations>(() => house.AskAsync(db => db.Invitations.CountAsync()), 2);
        await PasteTwiceAsync<RecordUsers>(() => house.AskAsync(db => db.People.CountAsync()), 3);
        await PasteTwiceAsync<RecordMemberships>(() => house.AskAsync(db => db.Memberships.CountAsync()), 3);
        await PasteTwiceAsync<SetSeatRefresh>(() =>
            house.AskAsync(db => db.Settings.CountAsync(settings => settings.MaxRunning == 4 && settings.Batch == Settings.RefreshMode.Shadow)), 1);
        await PasteTwiceAsync<RefreshSeats>(() =>
            house.AskAsync(db => db.Subscriptions.CountAsync(subscription => subscription.SubscriptionId == "sub-acme" && subscription.SeatsInUse == 1)), 1);
        Assert.Equal(1, (await house.HearsAsync<SeatUsageChanged>(changed => changed.SeatsInUse == 1)).SeatsInUse);
        await PasteTwiceAsync<EndSubscription>(() => house.AskAsync(db => db.Subscriptions.CountAsync(subscription => subscription.EndedAt != null)), 1);
        await PasteTwiceAsync<StartSeatRefresh>(() =>
            house.AskAsync(db => db.Subscriptions.CountAsync(subscription => subscription.SubscriptionId == "sub-acme" && subscription.SeatsInUse == 1)), 1);
    }

    async Task PasteTwiceAsync<T>(Func<Task<int>> count, int expected)
    {
        var exchange = $"{typeof(T).Namespace}:{typeof(T).Name}";
        await house.Broker.PasteAsync(exchange, ReadmeExamples.All[exchange]);
        await house.Broker.PasteAsync(exchange, ReadmeExamples.All[exchange]);
        await Eventually.HoldsAsync(count, seen => seen == expected, $"{typeof(T).Name} is done");
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "both messages are handled");
        Assert.Equal(expected, await count());
    }
}
