using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Xunit;

namespace Billing.MonthClose.Tests.Gateway.Stripe;

/// <summary>
/// Byte for byte as it goes over the wire, but for the two lines in which Stripe's library says what it runs on. A change here is another request under
/// the same key: Stripe would refuse it, and so should we.
/// </summary>
public class When_a_request_is_written
{
    static readonly GatewayCharge Charge = new(
        Guid.Parse("0193c1a0-0000-7000-8000-000000000001"), "acme", 1234.50m, "USD", "pm_card_visa", "2026-10", new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    static readonly GatewayRefund Refund = new(
        Guid.Parse("0193c1a0-0000-7000-8000-000000000002"), Charge.ChargeId, "pi_1", 12.34m, "USD");

    [Fact]
    public async Task Should_ask_for_a_payment_in_these_words()
    {
        await using var gateway = new RawGateway(RawGateway.Json(200, """{"id":"pi_1","status":"succeeded"}"""));
        await gateway.Adapter.ChargeAsync(Charge, default);

        Assert.Equal("""
            POST /v1/payment_intents HTTP/1.1
            Host: HOST
            Authorization: Bearer sk_test_abc
            Stripe-Version: 2026-10-28.endive
            Idempotency-Key: 0193c1a0-0000-7000-8000-000000000001
            Content-Type: application/x-www-form-urlencoded; charset=utf-8
            Content-Length: 295

            amount=123450&automatic_payment_methods[allow_redirects]=never&automatic_payment_methods[enabled]=true&confirm=true&currency=usd&customer=acme&metadata[charge_id]=0193c1a0-0000-7000-8000-000000000001&metadata[account_id]=acme&metadata[period]=2026-10&off_session=true&payment_method=pm_card_visa
            """, WithoutTheMachine(Assert.Single(gateway.Requests)), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task Should_name_the_customer_as_the_gateway_does()
    {
        await using var gateway = new RawGateway(RawGateway.Json(200, """{"data":[],"has_more":false}"""));
        await gateway.Adapter.ChargeAsync(Charge with { Customer = "cus_9" }, default);
        await gateway.Adapter.FindAsync(Charge with { Customer = "cus_9" }, default);

        Assert.Contains("customer=cus_9&", gateway.Requests[0], StringComparison.Ordinal);
        Assert.Contains("account_id]=acme&", gateway.Requests[0], StringComparison.Ordinal);
        Assert.Contains("&customer=cus_9&", gateway.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_ask_for_a_refund_in_these_words()
    {
        await using var gateway = new RawGateway(RawGateway.Json(200, """{"id":"re_1","status":"succeeded"}"""));
        Assert.Equal("re_1", Assert.IsType<GatewayAnswer.Succeeded>(await gateway.Adapter.RefundAsync(Refund, default)).Reference);

        Assert.Equal("""
            POST /v1/refunds HTTP/1.1
            Host: HOST
            Authorization: Bearer sk_test_abc
            Stripe-Version: 2026-10-28.endive
            Idempotency-Key: 0193c1a0-0000-7000-8000-000000000002
            Content-Type: application/x-www-form-urlencoded; charset=utf-8
            Content-Length: 145

            amount=1234&metadata[refund_id]=0193c1a0-0000-7000-8000-000000000002&metadata[charge_id]=0193c1a0-0000-7000-8000-000000000001&payment_intent=pi_1
            """, WithoutTheMachine(Assert.Single(gateway.Requests)), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task Should_look_in_the_customers_list_before_the_search_and_read_again_what_that_finds()
    {
        await using var gateway = new RawGateway(
            RawGateway.Json(200, """{"data":[{"id":"pi_9","status":"succeeded","metadata":{"charge_id":"another"}}],"has_more":true}"""),
            RawGateway.Json(200, """{"data":[],"has_more":false}"""),
            RawGateway.Json(200, """{"data":[{"id":"pi_1","status":"processing"}]}"""),
            RawGateway.Json(200, """{"id":"pi_1","status":"succeeded","amount":123450,"currency":"usd"}"""));
        Assert.Equal("pi_1", Assert.IsType<GatewayAnswer.Succeeded>(await gateway.Adapter.FindAsync(Charge, default)).Reference);

        Assert.Equal(
        [
            "GET /v1/payment_intents?created[gte]=1793448000&customer=acme&limit=100 HTTP/1.1",
            "GET /v1/payment_intents?created[gte]=1793448000&customer=acme&limit=100&starting_after=pi_9 HTTP/1.1",
            "GET /v1/payment_intents/search?query=metadata[%27charge_id%27]%3A%270193c1a0-0000-7000-8000-000000000001%27 HTTP/1.1",
            "GET /v1/payment_intents/pi_1 HTTP/1.1"
        ], gateway.Requests.Select(request => request.Split('\n')[0]));
        Assert.DoesNotContain("Idempotency-Key", gateway.Requests[0], StringComparison.Ordinal);
        Assert.Contains("Stripe-Version: 2026-10-28.endive", gateway.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_look_for_a_refund_among_those_of_its_payment()
    {
        await using var gateway = new RawGateway(
            RawGateway.Json(200, """{"data":[{"id":"re_9","status":"succeeded","metadata":{"refund_id":"another"}}],"has_more":true}"""),
            RawGateway.Json(200, """{"data":[{"id":"re_1","status":"succeeded","metadata":{"refund_id":"0193c1a0-0000-7000-8000-000000000002"}}],"has_more":false}"""));
        Assert.Equal("re_1", Assert.IsType<GatewayAnswer.Succeeded>(await gateway.Adapter.FindRefundAsync(Refund, default)).Reference);

        Assert.Equal(
        [
            "GET /v1/refunds?payment_intent=pi_1&limit=100 HTTP/1.1",
            "GET /v1/refunds?payment_intent=pi_1&limit=100&starting_after=re_9 HTTP/1.1"
        ], gateway.Requests.Select(request => request.Split('\n')[0]));
    }

    [Theory]        // JPY and KWD
    [InlineData("12.34", "USD", 1234), InlineData("1200", "JPY", 1200), InlineData("1.230", "KWD", 1230), InlineData("5", "ISK", 500), InlineData("5", "UGX", 500), InlineData("5", "MGA", 5)]
    public void Should_tell_amounts_as_Stripe_counts_them(string amount, string currency, long expected) =>
        Assert.Equal(expected, StripeAmount.Of(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency));

    [Theory]
    [InlineData("MGA", 1), InlineData("ISK", 1), InlineData("UGX", 1), InlineData("JPY", 1), InlineData("USD", 0.01), InlineData("HUF", 0.01), InlineData("TWD", 0.01)]
    [InlineData("MRU", 0.01), InlineData("KWD", 0.01), InlineData("BHD", 0.01), InlineData("JOD", 0.01), InlineData("OMR", 0.01), InlineData("TND", 0.01), InlineData("IQD", 0.001)]
    public void Should_know_the_smallest_step_that_can_be_told(string currency, double step) => Assert.Equal((decimal)step, StripeAmount.StepOf(currency));

    [Theory]
    [InlineData("1.5", "MGA"), InlineData("0.5", "ISK"), InlineData("12.345", "KWD")]
    public void Should_refuse_what_cannot_be_told(string amount, string currency) =>
        Assert.Throws<ArgumentException>(() => StripeAmount.Of(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency));

    static string WithoutTheMachine(string request) => string.Join('\n', request.ReplaceLineEndings("\n").Split('\n')
        .Where(line => !line.StartsWith("User-Agent: ", StringComparison.Ordinal) && !line.StartsWith("X-Stripe-Client-User-Agent: ", StringComparison.Ordinal)));
}
