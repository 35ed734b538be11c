using Billing.Notification.Delivering;
using Billing.Notification.Messages;
using Billing.Notification.Settings;

namespace Billing.Notification.Tests.Delivering;

public sealed class When_a_provider_answers
{
    static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly DeliveryOptions Options = new();

    [Fact]
    public void Should_decide_each_recipient_by_itself()
    {
        Assert.IsType<DeliveryDecision.Sent>(Decide(ProviderAnswer.Accepted, 1));
        Assert.Equal("rejected by the provider", Assert.IsType<DeliveryDecision.Failed>(Decide(ProviderAnswer.Rejected, 1)).Reason);
    }

    [Theory]
    [InlineData(ProviderAnswer.Unavailable, 1, 10), InlineData(ProviderAnswer.Lost, 2, 60), InlineData(ProviderAnswer.Unavailable, 6, 57_600)]
    public void Should_try_again_later_and_later(ProviderAnswer answer, int attempt, int seconds) =>
        Assert.Equal(new DeliveryDecision.TryAgain(Noon.AddSeconds(seconds), attempt + 1), Decide(answer, attempt));

    [Fact]
    public void Should_give_up_in_the_end() =>
        Assert.Equal("no answer after 7 attempts", Assert.IsType<DeliveryDecision.Failed>(Decide(ProviderAnswer.Unavailable, 7)).Reason);

    [Fact]
    public void Should_use_up_no_attempt_for_its_own_haste()
    {
        Assert.Equal(new DeliveryDecision.TryAgain(Noon.AddSeconds(30), 7), Decide(ProviderAnswer.TooFast, 7, TimeSpan.FromSeconds(30)));
        Assert.Equal(new DeliveryDecision.TryAgain(Noon.AddSeconds(1), 1), Decide(ProviderAnswer.TooFast, 1));
    }

    [Fact]
    public void Should_wait_as_long_as_the_provider_asks() =>
        Assert.Equal(new DeliveryDecision.TryAgain(Noon.AddMinutes(5), 2), Decide(ProviderAnswer.Unavailable, 1, TimeSpan.FromMinutes(5)));

    [Theory]
    [InlineData("jane.doe@example.com", "j***@example.com"), InlineData("@x", "***"), InlineData("nobody", "***")]
    public void Should_mask_addresses(string address, string masked) => Assert.Equal(masked, Masked.Email(address));

    [Theory]
    [InlineData("+4930123456", "+49***56"), InlineData("+4912", "***")]
    public void Should_mask_numbers(string number, string masked) => Assert.Equal(masked, Masked.Phone(number));

    static DeliveryDecision Decide(ProviderAnswer answer, int attempt, TimeSpan? retryAfter = null) =>
        Delivery.Decide(answer, attempt, Noon, retryAfter, Options);
}
