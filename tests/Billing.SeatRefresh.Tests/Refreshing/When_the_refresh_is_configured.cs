using System.ComponentModel.DataAnnotations;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Slots;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Billing.SeatRefresh.Tests.Refreshing;

public sealed class When_the_refresh_is_configured
{
    [Fact]
    public void Should_count_in_time_by_default()
    {
        var options = new RefreshOptions();
        Assert.True(options.MaxAge + TimeSpan.FromHours(6) <= TimeSpan.FromHours(24));        // found by a tick of every six hours, none is over a day old
        Assert.Equal((120, 30, 30, 100),
            ((int)options.ClaimTime.TotalSeconds, (int)options.JobTime.TotalSeconds, (int)options.SlotLease.TotalSeconds, options.ClaimAtOnce));
        Assert.True(new RefreshOptionsValidator().Validate(null, options).Succeeded);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
    }

    [Theory]
    [InlineData("00:02:00", "00:02:00",
        "Refreshing:JobTime is 00:02:00; expected less than Refreshing:ClaimTime, 00:02:00: else another job takes what one still counts.")]
    [InlineData("00:10:00", "00:02:00",
        "Refreshing:JobTime is 00:10:00; expected less than Refreshing:ClaimTime, 00:02:00: else another job takes what one still counts.")]
    public void Should_refuse_a_job_that_may_outlive_its_claim(string job, string claim, string says) =>
        Assert.Equal(says, new RefreshOptionsValidator()
            .Validate(null, new RefreshOptions { JobTime = TimeSpan.Parse(job), ClaimTime = TimeSpan.Parse(claim) }).FailureMessage);

    [Fact]
    public void Should_refuse_a_first_pause_above_the_longest() =>
        Assert.Equal("Refreshing:FirstPause is 01:00:00; expected no more than Refreshing:LongestPause, 00:30:00.",
            new RefreshOptionsValidator()
                .Validate(null, new RefreshOptions { FirstPause = TimeSpan.FromHours(1), LongestPause = TimeSpan.FromMinutes(30) }).FailureMessage);

    [Theory]
    [InlineData("Refreshing:MaxAgee", "1.00:00:00", "Refreshing:MaxAgee is set, and there is no such setting; expected one of ")]
    [InlineData("Plans:Known:team:GuestsAreFre", "true",
        "Plans:Known:team:GuestsAreFre is set, and there is no such setting; expected one of Billable, GuestsAreFree.")]
    public void Should_tell_of_a_key_that_nobody_reads(string setting, string value, string because)
    {
        var services = new ServiceCollection();
        services.AddSeatRefresh(new ConfigurationBuilder().AddInMemoryCollection([new(setting, value)]).Build());
        using var provider = services.BuildServiceProvider();
        Assert.StartsWith(because, Assert.Throws<OptionsValidationException>(() =>
            (provider.GetRequiredService<IOptions<RefreshOptions>>().Value, provider.GetRequiredService<IOptions<PlanOptions>>().Value)).Failures.Single(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Should_refuse_a_lease_that_no_beat_can_keep()
    {
        var options = new RefreshOptions { SlotLease = TimeSpan.FromMilliseconds(10) };
        Assert.Throws<ValidationException>(() => Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true));
    }
}
