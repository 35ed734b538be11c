using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.SeatRefresh.Tests.Intake;

public sealed class When_a_body_is_no_command(SeatRefreshHouse house) : IClassFixture<SeatRefreshHouse>
{
    [Fact]
    public async Task Should_lie_in_the_queue_of_its_command_with_a_reason_that_a_person_can_read()
    {
        var (expected, found) = await RejectedBodies.PasteAsync(house.Broker, "Seats");
        Assert.NotEmpty(expected);
        Assert.Equal(expected, found);
    }
}
