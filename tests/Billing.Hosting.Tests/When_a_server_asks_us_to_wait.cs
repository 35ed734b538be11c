using System.Net.Http.Headers;
using Billing.Hosting.Http;
using Xunit;

namespace Billing.Hosting.Tests;

public class When_a_server_asks_us_to_wait
{
    static readonly DateTimeOffset Now = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("3", 3)]
    [InlineData("Mon, 02 Nov 2026 12:00:05 GMT", 5)]
    [InlineData("Mon, 02 Nov 2026 11:59:00 GMT", 0)]        // passed
    [InlineData("86400", 60)]                               // bounded
    [InlineData("Tue, 03 Nov 2026 12:00:00 GMT", 60)]
    public void Should_understand_seconds_and_dates_and_wait_no_longer_than_the_bound(string header, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfter.Of(RetryConditionHeaderValue.Parse(header), Now, TimeSpan.FromMinutes(1)));

    [Fact]
    public void Should_wait_for_nothing_that_was_not_asked_for() => Assert.Null(RetryAfter.Of(null, Now, TimeSpan.FromMinutes(1)));
}
