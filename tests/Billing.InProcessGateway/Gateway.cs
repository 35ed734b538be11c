using System.Collections.Concurrent;
using System.Globalization;
using Billing.MonthClose.Gateway;

namespace Billing.InProcessGateway;

/// <summary>Takes every charge once, by its id, and answers at once. It forgets all of it when the process ends.</summary>
sealed class Gateway : IPaymentGateway
{
    readonly ConcurrentDictionary<Guid, GatewayCharge> _captured = new();

    /// <summary>What it took for a month: by currency, in the major unit.</summary>
    public IReadOnlyDictionary<string, decimal> CapturedOf(string period) => _captured.Values.Where(charge => charge.Period == period)
        .GroupBy(charge => charge.Currency).ToDictionary(charges => charges.Key, charges => charges.Sum(charge => charge.Amount));

    public async Task<GatewayAnswer> ChargeAsync(GatewayCharge charge, CancellationToken cancellationToken)
    {
        if (charge.MayAsk is { } mayAsk && !await mayAsk(cancellationToken))
            return new GatewayAnswer.NotAsked();
        _captured.TryAdd(charge.ChargeId, charge);
        return new GatewayAnswer.Succeeded(Reference(charge.ChargeId));
    }

    public Task<GatewayAnswer?> FindAsync(GatewayCharge charge, CancellationToken cancellationToken) =>
        Task.FromResult<GatewayAnswer?>(_captured.ContainsKey(charge.ChargeId) ? new GatewayAnswer.Succeeded(Reference(charge.ChargeId)) : null);

    public Task<GatewayAnswer> RefundAsync(GatewayRefund refund, CancellationToken cancellationToken) => throw new NotSupportedException("It gives nothing back.");

    public Task<GatewayAnswer?> FindRefundAsync(GatewayRefund refund, CancellationToken cancellationToken) => Task.FromResult<GatewayAnswer?>(null);

    public Task<MoneyBack?> FindMoneyBackAsync(string reference, CancellationToken cancellationToken) => Task.FromResult<MoneyBack?>(null);

    public Task<GatewayPayment?> FindPaymentAsync(string reference, CancellationToken cancellationToken) => Task.FromResult<GatewayPayment?>(null);

    static string Reference(Guid chargeId) => string.Create(CultureInfo.InvariantCulture, $"pi_{chargeId:N}");
}
