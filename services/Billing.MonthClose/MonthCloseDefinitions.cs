using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Bus;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Collect.Webhooks;
using Billing.MonthClose.Taxing;
using Billing.Outbox;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose;

/// <summary>One transaction on this service's database, whose audit entries say where the message came from.</summary>
class OneTransaction<TConsumer> : OneTransaction<TConsumer, MonthCloseDbContext>
    where TConsumer : class, IConsumer
{
    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<TConsumer> consumer, IRegistrationContext context)
    {
        endpoint.UseFilter(new OriginFilter());
        if (context.GetRequiredService<IOptions<TaxOptions>>().Value.Calculator == TaxCalculatorKind.Http)
            _ = new TaxPipeline(endpoint, context);
        base.ConfigureConsumer(endpoint, consumer, context);
    }
}

/// <summary>For what would only wait for itself.</summary>
sealed class OneAtATime<TConsumer> : OneTransaction<TConsumer>
    where TConsumer : class, IConsumer
{
    public OneAtATime() => ConcurrentMessageLimit = 1;
}

/// <summary>A step works on a whole chunk in one transaction: few at a time, and few taken ahead, so that other processes get their share.</summary>
sealed class ChunkStep<TConsumer> : OneTransaction<TConsumer>
    where TConsumer : class, IConsumer
{
    public ChunkStep() => ConcurrentMessageLimit = 4;

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<TConsumer> consumer, IRegistrationContext context)
    {
        endpoint.PrefetchCount = 4;
        base.ConfigureConsumer(endpoint, consumer, context);
    }
}

/// <summary>No transaction around the whole: a step that asks the gateway opens its own, before and after.</summary>
sealed class GatewayStep<TConsumer> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
{
    public GatewayStep() => ConcurrentMessageLimit = 4;

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<TConsumer> consumer, IRegistrationContext context)
    {
        endpoint.PrefetchCount = 4;
        endpoint.UseFilter(new OriginFilter());
    }
}

/// <summary>Events of the gateway are many and small, and nobody waits for one; what it asks the gateway is asked outside of any transaction.</summary>
sealed class EventStep : ConsumerDefinition<HandleGatewayEventConsumer>
{
    public EventStep() => ConcurrentMessageLimit = 8;
}

sealed class OneTransactionSaga<TState> : SagaDefinition<TState>
    where TState : class, ISaga
{
    public OneTransactionSaga() => ConcurrentMessageLimit = 8;

    protected override void ConfigureSaga(IReceiveEndpointConfigurator endpoint, ISagaConfigurator<TState> saga, IRegistrationContext context)
    {
        endpoint.UseFilter(new OriginFilter());
        endpoint.UseEntityFrameworkOutbox<MonthCloseDbContext>(context);
    }
}

static class Registrations
{
    /// <summary>Keeps the saga's instances in this service's database; the row's lock serialises what happens to one.</summary>
    public static void AddSaga<TMachine, TState>(this IBusRegistrationConfigurator x, bool sqlServer)
        where TMachine : class, SagaStateMachine<TState>
        where TState : class, SagaStateMachineInstance =>
        x.AddSagaStateMachine<TMachine, TState>(typeof(OneTransactionSaga<TState>)).EntityFrameworkRepository(repository =>
        {
            repository.ConcurrencyMode = ConcurrencyMode.Pessimistic;
            repository.ExistingDbContext<MonthCloseDbContext>();
            _ = sqlServer ? repository.UseSqlServer() : repository.UsePostgres();
        });

    public static void AddOutbox(this IBusRegistrationConfigurator x, bool sqlServer)
    {
        x.AddServiceOutbox<MonthCloseDbContext>(sqlServer);
        x.AddDueMessages<MonthCloseDbContext>();
        // These say how things are to be, and obeying twice changes nothing. From a person who sends plain JSON, the same words said again
        // later are meant again: start, cancel, start.
        x.AddMessageIdentity(identity => identity
            .For<RegisterAccount>(_ => Guid.NewGuid())
            .For<RegisterAccounts>(_ => Guid.NewGuid())
            .For<EraseContact>(_ => Guid.NewGuid())
            .For<SetControlTags>(_ => Guid.NewGuid())
            .For<SetPrice>(_ => Guid.NewGuid())
            .For<SetTaxRate>(_ => Guid.NewGuid())
            .For<FindChargeOutcome>(_ => Guid.NewGuid())
            .For<SetProviderLimit>(_ => Guid.NewGuid())
            .For<Billing.Contracts.MonthClose.V2.SetProviderLimit>(_ => Guid.NewGuid())
            .For<StartMonthClose>(_ => Guid.NewGuid())
            .For<CancelMonthClose>(_ => Guid.NewGuid())
            .For<UnparkAccounts>(_ => Guid.NewGuid())
            .For<PauseRun>(_ => Guid.NewGuid())
            .For<ResumeRun>(_ => Guid.NewGuid())
            .For<ApproveRun>(_ => Guid.NewGuid())
            .For<SetBrake>(_ => Guid.NewGuid())
            .For<StartReconciliation>(_ => Guid.NewGuid())
            .For<RetryInvoice>(_ => Guid.NewGuid())
            .For<PlaceHold>(_ => Guid.NewGuid())
            .For<LiftHold>(_ => Guid.NewGuid()));
    }
}
