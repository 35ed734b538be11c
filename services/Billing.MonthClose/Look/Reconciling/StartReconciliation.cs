using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using FluentValidation;
using MassTransit;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>A pass at a time; the same message again walks again under the same pass, and finds what it repaired in order.</summary>
sealed class StartReconciliationConsumer(Reconciler reconciler) : IConsumer<StartReconciliation>
{
    public async Task Consume(ConsumeContext<StartReconciliation> context)
    {
        var passId = context.MessageId ?? NewId.NextGuid();
        await reconciler.WalkAsync(passId, context.Message, context.CancellationToken);
        CommandOutcome.Changed(AuditSubject.Reconciliation, $"{passId}", $"walked {context.Message.Period ?? "the last two months"}");
    }
}

/// <summary>It opens a transaction for each account that it acts on; around the whole there is none.</summary>
sealed class OneReconciliationAtATime : ConsumerDefinition<StartReconciliationConsumer>
{
    public OneReconciliationAtATime() => ConcurrentMessageLimit = 1;

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<StartReconciliationConsumer> consumer,
        IRegistrationContext context) =>
        endpoint.PrefetchCount = 1;
}

sealed class StartReconciliationValidator : AbstractValidator<StartReconciliation>
{
    public StartReconciliationValidator()
    {
        RuleFor(x => x.Period).Must(period => period is null || BillingPeriod.TryParse(period, out _))
            .Expected("a month such as 2026-10, or none for the last two");
        RuleFor(x => x.RequestedBy).MaximumLength(200).Expected("at most 200 characters");
    }
}
