using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests.Intake;

public sealed class When_a_body_is_no_command(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_lie_in_the_queue_of_its_command_with_a_reason_that_a_person_can_read()
    {
        var (expected, found) = await RejectedBodies.PasteAsync(house.Broker, "MonthClose");
        Assert.NotEmpty(expected);
        Assert.Equal(expected, found);
    }
}
