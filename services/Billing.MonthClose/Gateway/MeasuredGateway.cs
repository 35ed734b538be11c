using System.Diagnostics.Metrics;

namespace Billing.MonthClose.Gateway;

/// <summary>The figure <c>billing_gateway_duration_milliseconds</c>: how long each call to the gateway took, by call and by how it ended.</summary>
sealed class MeasuredGateway(IPaymentGateway gateway, IMeterFactory meters, TimeProvider clock) : IPaymentGateway
{
    readonly Histogram<double> _durations = meters.Create("Billing.MonthClose").CreateHistogram<double>("billing.gateway.duration", unit: "ms",
        description: "How long the payment gateway took, its own pauses and tries included, by call and outcome");

    public Task<GatewayAnswer> ChargeAsync(GatewayCharge charge, CancellationToken cancellationToken) =>
        MeasureAsync("charge", gateway.ChargeAsync(charge, cancellationToken));

    public Task<GatewayAnswer?> FindAsync(GatewayCharge charge, CancellationToken cancellationToken) =>
        MeasureAsync("find-charge", gateway.FindAsync(charge, cancellationToken));

    public Task<GatewayAnswer> RefundAsync(GatewayRefund refund, CancellationToken cancellationToken) =>
        MeasureAsync("refund", gateway.RefundAsync(refund, cancellationToken));

    public Task<GatewayAnswer?> FindRefundAsync(GatewayRefund refund, CancellationToken cancellationToken) =>
        MeasureAsync("find-refund", gateway.FindRefundAsync(refund, cancellationToken));

    public Task<MoneyBack?> FindMoneyBackAsync(string reference, CancellationToken cancellationToken) =>
        MeasureAsync("find-money-back", gateway.FindMoneyBackAsync(reference, cancellationToken));

    public Task<GatewayPayment?> FindPaymentAsync(string reference, CancellationToken cancellationToken) =>
        MeasureAsync("find-payment", gateway.FindPaymentAsync(reference, cancellationToken));

    async Task<T> MeasureAsync<T>(string call, Task<T> asked)
    {
        var began = clock.GetTimestamp();
        var outcome = "Failed";
        try
        {
            var answer = await asked;
            outcome = answer switch { null => "None", GatewayAnswer known => known.GetType().Name, _ => "Found" };
            return answer;
        }
        finally
        {
            _durations.Record(clock.GetElapsedTime(began).TotalMilliseconds, new KeyValuePair<string, object?>("call", call),
                new KeyValuePair<string, object?>("outcome", outcome));
        }
    }
}
