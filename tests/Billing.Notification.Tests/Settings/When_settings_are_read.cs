using Billing.Notification.Settings;
using Billing.Notification.Tests.House;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Tests.Settings;

public sealed class When_settings_are_read
{
    [Fact]
    public void Should_replace_the_waits_by_those_that_are_set()
    {
        TimeSpan[] waits = [TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2)];
        Assert.Equal(waits, Read(("Sending:Retry:Waits:0", "00:00:05"), ("Sending:Retry:Waits:1", "00:02:00"), ("Sending:Retry:LostAtMost", "2")).Retry.Waits);
    }

    [Fact]
    public void Should_keep_the_waits_when_something_else_is_set()
    {
        var retry = Read(("Sending:Retry:LostAtMost", "2")).Retry;
        Assert.Equal((6, 2), (retry.Waits.Count, retry.LostAtMost));
        Assert.Equal(new DeliveryOptions().Waits, retry.Waits);
    }

    [Theory]
    [InlineData("Email:Adaptive:RecoverStep", "-5", "Sending:Email: Adaptive: The field RecoverStep must be between 0.001 and 1.")]
    [InlineData("Sms:Adaptive:AfterSlowdown", "1.5", "Sending:Sms: Adaptive: The field AfterSlowdown must be between 0.01 and 0.99.")]
    [InlineData("Email:Adaptive:LongestHold", "-00:00:01", "Sending:Email: Adaptive: LongestHold must be between 00:00:01 and 1.00:00:00.")]
    [InlineData("Email:Adaptive:Ceiling", "0", "Sending:Email: Adaptive: The field Ceiling must be between 1 and 2147483647.")]
    [InlineData("Retry:GiveUpAfter", "-1.00:00:00", "Sending:Retry: GiveUpAfter must be between 00:01:00 and 366.00:00:00.")]
    [InlineData("Retry:AfterTooFast", "00:00:00", "Sending:Retry: AfterTooFast must be between 00:00:00.1 and 01:00:00.")]
    [InlineData("Retry:Waits:0", "-00:00:10", "Sending:Retry: Waits holds -00:00:10; expected 1 second to 7 days.")]
    [InlineData("Batch:LongestWait", "00:02:00", "Sending:Batch: LongestWait must be between 00:00:00 and 00:01:00.")]
    public void Should_refuse_what_is_out_of_bounds(string setting, string value, string because) =>
        Assert.Contains(because, Assert.Throws<OptionsValidationException>(() => Read(($"Sending:{setting}", value))).Failures.Single(),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("Sending:Mosst", "100",
        "Sending:Mosst is set, and there is no such setting; expected one of Batch, DefaultTier, Email, Lease, LookEvery, Most, Retry, Sms, Tiers.")]
    [InlineData("Sending:Email:Adaptive:RecoverStepp", "0.5", "Sending:Email:Adaptive:RecoverStepp is set, and there is no such setting; expected one of ")]
    [InlineData("Sending:Retry:Wait:0", "00:00:05", "Sending:Retry:Wait is set, and there is no such setting; expected one of ")]
    [InlineData("Sending:Tiers:gold:Wieght", "5", "Sending:Tiers:gold:Wieght is set, and there is no such setting; expected one of ")]
    public void Should_tell_of_a_key_that_nobody_reads(string setting, string value, string because) =>
        Assert.StartsWith(because, Assert.Throws<OptionsValidationException>(() => Read((setting, value))).Failures.Single(), StringComparison.Ordinal);

    [Fact]
    public void Should_take_every_key_that_there_is_in_any_case_of_letters() =>
        Assert.Equal(7, Read(("sending:tiers:Gold:WEIGHT", "7"), ("Sending:Retry:Waits:0", "00:00:05")).Tiers["gold"].Weight);

    static SendingOptions Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Sealing:CurrentKey", "test"), new("Sealing:Keys:test", NotificationHouse.SealingKey)])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        var services = new ServiceCollection();
        services.AddNotification(configuration);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<SendingOptions>>().Value;
    }
}
