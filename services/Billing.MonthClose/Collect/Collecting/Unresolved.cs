using Billing.MonthClose.Books.Alerting;
using Billing.MonthClose.Close.Charging;
using MassTransit;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>Calls a person when the last look was made in vain.</summary>
sealed class NobodyKnowsConsumer(Alerts alerts) : IConsumer<NobodyKnows>
{
    public Task Consume(ConsumeContext<NobodyKnows> context) => alerts.RaiseAsync(AlertCode.ChargeUnresolved, $"{context.Message.InvoiceId}",
        "The gateway was asked for the last time, and nobody knows whether the invoice's charge went through. Find out at the gateway, then have it looked "
            + "for again (FindChargeOutcome).",
        context.Message.AccountId, context.Message.InvoiceId, context.CancellationToken);
}
