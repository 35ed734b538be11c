using Billing.Hosting.Work;
using Xunit;

namespace Billing.Hosting.Tests.Work;

public class When_a_pause_is_spread
{
    [Theory]
    [InlineData(0, 8)]
    [InlineData(0.5, 7)]
    [InlineData(1, 6)]
    public void Should_take_off_a_part_of_the_share(double chance, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(8).Shortened(0.25, chance));

    [Fact]
    public void Should_stay_between_three_quarters_and_the_whole() =>
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(TimeSpan.FromSeconds(8).WithJitter(), TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(8)));
}
