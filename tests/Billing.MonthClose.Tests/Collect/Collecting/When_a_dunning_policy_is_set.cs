using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Correct.Corrections;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Collecting;

public class When_a_dunning_policy_is_set
{
    [Fact]
    public void Should_serve_a_tier_by_its_own_and_all_others_by_the_default()
    {
        var options = Bind("Policies:enterprise:RetryAfterDays:0=7", "Policies:enterprise:RetryAfterDays:1=14", "Policies:enterprise:RetryAt=09:30", "Policies:default:RetryAfterDays:0=2");
        Assert.Equal("enterprise 7,14 09:30", Of(options.PolicyOf("enterprise")));
        Assert.Equal("default 2 03:00", Of(options.PolicyOf("hobby")));
        Assert.Equal("default 2 03:00", Of(options.PolicyOf(null)));
        Assert.Equal("default 1,3,5,7 03:00", Of(new DunningOptions().PolicyOf("enterprise")));
        Assert.Null(Refusal(options));
    }

    [Fact]
    public void Should_hold_at_the_first_refusal_when_it_has_no_retry()
    {
        var options = new DunningOptions { Policies = { ["default"] = new DunningPolicySettings { RetryAfterDays = [] } } };
        Assert.Null(Refusal(options));
        Assert.Equal([OverdueState.Suspended], options.PolicyOf(null).States);
    }

    [Theory]
    [InlineData("Dunning:Policies:x:RetryAfterDays[1] is 0; expected 1 to 60 days.", "Policies:x:RetryAfterDays:0=1", "Policies:x:RetryAfterDays:1=0")]
    [InlineData("Dunning:Policies:x:RetryAfterDays[0] is 61; expected 1 to 60 days.", "Policies:x:RetryAfterDays:0=61")]
    [InlineData("Dunning:Policies:x:States has 1 states; expected 5, one for each of 4 retries and one for the first refusal.", "Policies:x:States:0=Suspended")]
    [InlineData("Dunning:Policies:x:States[1] is ChangesBlocked; expected Suspended, because the last refusal puts the account on hold.",
        "Policies:x:RetryAfterDays:0=1", "Policies:x:States:0=Reminded", "Policies:x:States:1=ChangesBlocked")]
    [InlineData("Dunning:Policies:x:States[0] is Suspended; expected Reminded or ChangesBlocked, because only the last refusal suspends.",
        "Policies:x:RetryAfterDays:0=1", "Policies:x:States:0=Suspended", "Policies:x:States:1=Suspended")]
    [InlineData("Dunning:Policies:x:States[1] is Reminded; expected nothing milder than ChangesBlocked, which comes before it.",
        "Policies:x:RetryAfterDays:0=1", "Policies:x:RetryAfterDays:1=1", "Policies:x:States:0=ChangesBlocked", "Policies:x:States:1=Reminded", "Policies:x:States:2=Suspended")]
    [InlineData("Dunning:RetryAfter is no longer read; expected Dunning:Policies:default:RetryAfterDays.", "RetryAfter:0=1.00:00:00")]
    public void Should_stop_the_start_with_what_was_expected(string refusal, params string[] settings) => Assert.Equal(refusal, Refusal(Bind(settings)));

    static string Of(DunningPolicy policy) => $"{policy.Name} {string.Join(',', policy.RetryAfterDays)} {policy.RetryAt:HH\\:mm}";

    static string? Refusal(DunningOptions options) => new DunningOptionsValidator().Validate(null, options).FailureMessage;

    static DunningOptions Bind(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => setting.Split('=')).Select(pair => KeyValuePair.Create<string, string?>(pair[0], pair[1])))
        .Build().Get<DunningOptions>()!;
}
