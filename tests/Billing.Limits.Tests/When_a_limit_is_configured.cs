using Microsoft.Extensions.Configuration;
using Xunit;

namespace Billing.Limits.Tests;

public class When_a_limit_is_configured
{
    [Theory]
    [InlineData("250", 250), InlineData("0", 0), InlineData("unlimited", null)]
    public void Should_be_configured(string value, int? expected)
    {
        var limits = new LimitDefaults().Add("gateway", 100).Read(Configured("gateway", value));
        Assert.Equal(new LimitSetting(expected), limits.Settings["gateway"]);
        var permits = Assert.Single(limits.ToPermits(PermitTimes.Default));
        Assert.Equal(("gateway", LimitKind.Window, expected, TimeSpan.FromMinutes(1)), (permits.Name, permits.Kind, permits.Permits, permits.Patience));
    }

    [Theory]
    [InlineData("gateway", "-1", "permits a second from 0"), InlineData("gateway", "fast", "permits a second from 0"),
        InlineData("getaway", "1", "one of the limits gateway")]
    [InlineData("PatienceWhenPaused", "00:00:00", "a time span above zero")]
    public void Should_be_refused_when_it_makes_no_sense(string name, string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidOperationException>(() => new LimitDefaults().Add("gateway", 100).Read(Configured(name, value))).Message,
            StringComparison.Ordinal);

    static IConfiguration Configured(string name, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [$"Limits:{name}"] = value }).Build();
}
