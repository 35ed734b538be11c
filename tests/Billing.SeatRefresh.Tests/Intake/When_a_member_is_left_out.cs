using System.Runtime.CompilerServices;
using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Subscriptions;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Intake;

public sealed class When_a_member_is_left_out(SeatRefreshHouse house) : IClassFixture<SeatRefreshHouse>
{
    const string Contracts = "Billing.Contracts.Seats.V1";

    [Fact]
    public void Should_be_tried_with_every_optional_member()
    {
        Assert.Equal(["AlertEmail", "Trial"], Optional(typeof(RegisterSubscription)));
        Assert.Equal(["ParentId"], Optional(typeof(RegisterNamespace)));

        static IEnumerable<string> Optional(Type command) => command.GetProperties()
            .Where(member => !member.IsDefined(typeof(RequiredMemberAttribute), false) && member.Name != "ChangedAt").Select(member => member.Name).Order();
    }

    [Fact]
    public async Task Should_leave_a_subscription_as_it_was_and_clear_it_by_null()
    {
        await PasteAsync(5, ""","trial":true,"alertEmail":"a@b.example" """);
        Assert.Equal((true, "a@b.example"), await WithSeatsAsync(5));

        await PasteAsync(6, "");
        Assert.Equal((true, "a@b.example"), await WithSeatsAsync(6));

        await PasteAsync(7, ""","trial":null,"alertEmail":null""");
        Assert.Equal((false, null), await WithSeatsAsync(7));

        Task PasteAsync(int seats, string more) => house.Broker.PasteAsync($"{Contracts}:RegisterSubscription",
            $$"""
            {"subscriptionId":"s","accountId":"acme","namespaceId":"s-root","seats":{{seats}},"plan":"premium","termStart":"2026-10-01","termEnd":"2027-09-30"{{more}}}
            """);
    }

    [Fact]
    public async Task Should_be_as_the_record_before_it_told()
    {
        var one = new RegisterSubscription
        {
            SubscriptionId = "twice",
            AccountId = "acme",
            NamespaceId = "twice-root",
            Seats = 5,
            Plan = "premium",
            TermStart = new(2026, 10, 1),
            TermEnd = new(2027, 9, 30)
        };
        await house.TellAsync(
            new RegisterSubscriptions { Reference = "twice", Subscriptions = [one with { AlertEmail = "a@b.example" }, one with { Trial = true }] },
            new RegisterNamespaces
            {
                Reference = "hung",
                Namespaces =
                [
                    new() { NamespaceId = "child", Kind = "group", ParentId = "top" },
                    new() { NamespaceId = "child", Kind = "project" }
                ]
            });
        await house.HearsAsync<SeatRecordsTaken>(taken => taken.Reference == "twice");
        await house.HearsAsync<SeatRecordsTaken>(taken => taken.Reference == "hung");

        var subscription = await house.SubscriptionAsync("twice");
        Assert.Equal((true, "a@b.example"), (subscription.Trial, subscription.AlertEmail));
        Assert.Equal(("top", "project"), await NodeAsync("child"));
    }

    [Fact]
    public async Task Should_leave_a_namespace_where_it_hung_and_make_it_a_root_by_null()
    {
        await house.Broker.PasteAsync($"{Contracts}:RegisterNamespace", """{"namespaceId":"n","kind":"group","parentId":"above"}""");
        await Eventually.HoldsAsync(() => NodeAsync("n"), node => node == ("above", "group"), "it hangs");

        await house.Broker.PasteAsync($"{Contracts}:RegisterNamespace", """{"namespaceId":"n","kind":"project"}""");
        await Eventually.HoldsAsync(() => NodeAsync("n"), node => node == ("above", "project"), "it hangs where it hung");

        await house.Broker.PasteAsync($"{Contracts}:RegisterNamespace", """{"namespaceId":"n","kind":"project","parentId":null}""");
        await Eventually.HoldsAsync(() => NodeAsync("n"), node => node == (null, "project"), "it is a root");
    }

    async Task<(bool Trial, string? AlertEmail)> WithSeatsAsync(int seats)
    {
        var subscription = await Eventually.HoldsAsync(
            () => house.AskAsync(db => db.Subscriptions.AsNoTracking().SingleOrDefaultAsync(one => one.SubscriptionId == "s")),
            one => one?.Seats == seats, $"it has {seats} seats");
        return (subscription!.Trial, subscription.AlertEmail);
    }

    Task<(string? ParentId, string? Kind)> NodeAsync(string id) => house.AskAsync(async db =>
        await db.Namespaces.AsNoTracking().SingleOrDefaultAsync(node => node.NamespaceId == id) is { } node ? (node.ParentId, node.Kind) : (null, (string?)null));
}
