using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Billing.MonthClose.Tests.House;

/// <summary>The real gateway client, whose answers to charges arrive when the test says so. What happens in between is the test's to say.</summary>
sealed class LateAnswers : IPaymentGateway
{
    readonly TaskCompletionSource _arrive = new(TaskCreationOptions.RunContinuationsAsynchronously);
    StripeGateway _real = null!;

    /// <summary>Answers are on their way until <see cref="Arrive"/>.</summary>
    public bool AreLate { get; set; }

    public void Arrive() => _arrive.TrySetResult();

    public void Install(IServiceCollection services)
    {
        services.RemoveAll<IPaymentGateway>();
        services.AddSingleton<StripeGateway>();
        services.AddSingleton<IPaymentGateway>(provider =>
        {
            _real = provider.GetRequiredService<StripeGateway>();
            return this;
        });
    }

    public async Task<GatewayAnswer> ChargeAsync(GatewayCharge charge, CancellationToken cancellationToken)
    {
        var answer = await _real.ChargeAsync(charge, cancellationToken);
        if (AreLate)
            await _arrive.Task;
        return answer;
    }

    public Task<GatewayAnswer?> FindAsync(GatewayCharge charge, CancellationToken cancellationToken) => _real.FindAsync(charge, cancellationToken);

    public Task<GatewayAnswer> RefundAsync(GatewayRefund refund, CancellationToken cancellationToken) => _real.RefundAsync(refund, cancellationToken);

    public Task<GatewayAnswer?> FindRefundAsync(GatewayRefund refund, CancellationToken cancellationToken) => _real.FindRefundAsync(refund, cancellationToken);

    public Task<MoneyBack?> FindMoneyBackAsync(string reference, CancellationToken cancellationToken) => _real.FindMoneyBackAsync(reference, cancellationToken);

    public Task<GatewayPayment?> FindPaymentAsync(string reference, CancellationToken cancellationToken) => _real.FindPaymentAsync(reference, cancellationToken);
}
