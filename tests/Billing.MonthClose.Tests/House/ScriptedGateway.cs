using Billing.MonthClose.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Billing.MonthClose.Tests.House;

/// <summary>A gateway that answers what the test tells it to, for what the simulated one would never do.</summary>
sealed class ScriptedGateway : IPaymentGateway
{
    int _asked;

    public Func<GatewayCharge, Task<GatewayAnswer>> OnCharge { get; set; } = charge => Task.FromResult<GatewayAnswer>(new GatewayAnswer.Succeeded($"pi_{charge.ChargeId:N}"));

    public Func<GatewayCharge, GatewayAnswer?> OnFind { get; set; } = _ => null;

    /// <summary>Times that it was asked for money.</summary>
    public int Asked => _asked;

    public void Answers(GatewayAnswer answer) => OnCharge = _ => Task.FromResult(answer);

    public void Install(IServiceCollection services)
    {
        services.RemoveAll<IPaymentGateway>();
        services.AddSingleton<IPaymentGateway>(this);
    }

    public Task<GatewayAnswer> ChargeAsync(GatewayCharge charge, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        return OnCharge(charge);
    }

    public Task<GatewayAnswer?> FindAsync(GatewayCharge charge, CancellationToken cancellationToken) => Task.FromResult(OnFind(charge));

    public Task<GatewayAnswer> RefundAsync(GatewayRefund refund, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GatewayAnswer?> FindRefundAsync(GatewayRefund refund, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<MoneyBack?> FindMoneyBackAsync(string reference, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GatewayPayment?> FindPaymentAsync(string reference, CancellationToken cancellationToken) => throw new NotSupportedException();
}
