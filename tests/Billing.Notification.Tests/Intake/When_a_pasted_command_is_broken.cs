using Billing.Notification.Tests.House;
using Billing.Testing;

namespace Billing.Notification.Tests.Intake;

/// <summary>
/// Each body of <c>contracts/README.md</c>, pasted with each of its members broken in each way: the sender reads which it is, and what was expected.
/// </summary>
public class When_a_pasted_command_is_broken(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_be_told_which_member_it_is_and_what_was_expected()
    {
        var broken = await new PastedCommands(house.Broker).PasteBrokenAsync("Notification");

        Assert.Equal("", string.Join('\n', broken.Where(one => one.IsBad && !one.IsNamed)));
        Assert.All(broken, one => Assert.NotEqual("failed", one.Answer.Outcome));
        Assert.Contains(broken, one => one.IsBad);
    }
}
