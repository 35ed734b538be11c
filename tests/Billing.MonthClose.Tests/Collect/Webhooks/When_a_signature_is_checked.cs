using System.Security.Cryptography;
using System.Text;
using Billing.MonthClose.Collect.Webhooks;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Webhooks;

public class When_a_signature_is_checked
{
    const string NotSigned = "expected signature was not found";
    const string Secret = "whsec_0123456789abcdef";
    static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":"evt_1"}""");
    static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Should_take_one_that_is_signed_now() => Assert.Null(Fault(Header(Now, Secret)));

    [Fact]
    public async Task Should_agree_with_Stripes_own_library()
    {
        var header = await StripesOwnLibrary.RunAsync(
            "console.log(stripe.webhooks.generateTestHeaderString({ payload: args[0], secret: args[1], timestamp: Number(args[2]) }))",
            Encoding.UTF8.GetString(Body), Secret, $"{Now.ToUnixTimeSeconds()}");
        Assert.Null(Fault(header));
        Assert.Equal(header, Header(Now, Secret));
    }

    [Fact]      // a secret is being rolled
    public void Should_take_either_of_two_signatures_and_either_of_two_secrets()
    {
        var both = $"{Header(Now, "whsec_of_the_old_endpoint")},v1={Sign(Now, Secret, Body)}";
        Assert.Null(Fault(both));
        Assert.Null(Fault(Header(Now, "whsec_of_the_old_endpoint"), ["whsec_of_the_old_endpoint", Secret]));
    }

    [Theory]
    [InlineData(300), InlineData(-300)]
    public void Should_take_one_of_five_minutes_ago_or_ahead(int seconds) => Assert.Null(Fault(Header(Now.AddSeconds(seconds), Secret)));

    [Theory]
    [InlineData(301), InlineData(-301), InlineData(-86400)]
    public void Should_refuse_one_that_is_older_or_too_far_ahead(int seconds) => Assert.Contains("outside of the allowed tolerance", Fault(Header(Now.AddSeconds(seconds), Secret)), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, "is missing")]
    [InlineData("", "is missing")]
    [InlineData("nonsense", "format is unexpected")]
    [InlineData("t=1793534400", NotSigned)]
    [InlineData("t=1793534400,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39", NotSigned)]
    [InlineData("t=1793534400,v1=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39", NotSigned)]
    [InlineData("t=1793534400,v1=zz", NotSigned)]
    [InlineData("t=99999999999999999999,v1=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39", NotSigned)]
    public void Should_say_what_is_wrong_with_a_header(string? header, string fault) => Assert.Contains(fault, Fault(header), StringComparison.Ordinal);

    [Fact]
    public void Should_refuse_another_secret_another_body_and_another_time()
    {
        Assert.Contains(NotSigned, Fault(Header(Now, "whsec_of_somebody_else_")), StringComparison.Ordinal);
        Assert.Contains(NotSigned, StripeSignature.Fault(Header(Now, Secret), [.. Body, (byte)' '], [Secret], TimeSpan.FromSeconds(300), Now), StringComparison.Ordinal);
        Assert.Contains(NotSigned, Fault(Header(Now, Secret).Replace("t=1", "t=2", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_refuse_a_time_that_no_clock_shows()
    {
        var signed = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), "99999999999999999999."u8.ToArray().Concat(Body).ToArray()));
        Assert.NotNull(Fault($"t=99999999999999999999,v1={signed}"));
    }

    static string? Fault(string? header, string[]? secrets = null) => StripeSignature.Fault(header, Body, secrets ?? [Secret], TimeSpan.FromSeconds(300), Now);

    public static string Header(DateTimeOffset at, string secret, byte[]? body = null) => $"t={at.ToUnixTimeSeconds()},v1={Sign(at, secret, body ?? Body)}";

    static string Sign(DateTimeOffset at, string secret, byte[] body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at.ToUnixTimeSeconds()}.").Concat(body).ToArray()));
}
