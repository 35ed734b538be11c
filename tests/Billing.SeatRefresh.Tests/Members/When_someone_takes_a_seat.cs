using Billing.SeatRefresh.Members;
using Billing.SeatRefresh.Seats;
using Xunit;

namespace Billing.SeatRefresh.Tests.Members;

public sealed class When_someone_takes_a_seat
{
    static bool TakesSeat(string role, string state, bool bot = false, bool guestsAreFree = false) =>
        BillableSeats.TakesSeat(new Membership { NamespaceId = "n", UserId = "u", Role = role, State = state, Bot = bot }, guestsAreFree);

    [Theory]
    [InlineData("minimal_access")]
    [InlineData("guest")]
    [InlineData("planner")]
    [InlineData("reporter")]
    [InlineData("developer")]
    [InlineData("maintainer")]
    [InlineData("owner")]
    public void Should_count_who_is_active(string role) => Assert.True(TakesSeat(role, "active"));

    [Theory]
    [InlineData("awaiting")]
    [InlineData("blocked")]
    [InlineData("banned")]
    [InlineData("removed")]
    public void Should_not_count_who_is_not(string state) => Assert.False(TakesSeat("owner", state));

    [Fact]
    public void Should_not_count_a_bot() => Assert.False(TakesSeat("owner", "active", bot: true));

    [Fact]
    public void Should_not_count_a_guest_where_guests_are_free()
    {
        Assert.False(TakesSeat("guest", "active", guestsAreFree: true));
        Assert.True(TakesSeat("reporter", "active", guestsAreFree: true));
    }

    /// <summary>Roles as the source of members has them: a planner works, and who has minimal access does less than a guest.</summary>
    [Fact]
    public void Should_count_a_planner_and_not_who_has_minimal_access_where_guests_are_free()
    {
        Assert.True(TakesSeat("planner", "active", guestsAreFree: true));
        Assert.False(TakesSeat("minimal_access", "active", guestsAreFree: true));
    }
}
