using Billing.MonthClose.Accounts;
using Billing.MonthClose.Charging;
using Billing.MonthClose.Charging.Janitor;
using Billing.MonthClose.Charging.Webhooks;
using Billing.MonthClose.Closing;
using Billing.MonthClose.Correcting;
using Billing.MonthClose.Crediting;
using Billing.MonthClose.Dunning;
using Billing.MonthClose.Holding;
using Billing.MonthClose.Invoicing;
using Billing.MonthClose.Mailing;
using Billing.MonthClose.Paying;
using Billing.MonthClose.Pricing;
using Billing.MonthClose.Reconciling;
using Billing.MonthClose.Refunding;
using Billing.MonthClose.Reporting;
using Billing.MonthClose.Seats;
using Billing.MonthClose.Usage;
using MassTransit;

namespace Billing.MonthClose;

/// <summary>Who listens to what, one to a line.</summary>
static class MonthCloseBus
{
    public static void Configure(IBusRegistrationConfigurator x, bool sqlServer)
    {
        // what comes in all month long
        x.AddConsumer<RegisterAccountConsumer, OneTransaction<RegisterAccountConsumer>>();
        x.AddConsumer<RegisterAccountsConsumer, OneTransaction<RegisterAccountsConsumer>>();
        x.AddConsumer<ChangePaymentMethodConsumer, OneTransaction<ChangePaymentMethodConsumer>>();
        x.AddConsumer<SetControlTagsConsumer, OneTransaction<SetControlTagsConsumer>>();
        x.AddConsumer<SetPriceConsumer, OneAtATime<SetPriceConsumer>>();
        x.AddConsumer<RecordUsageConsumer, OneTransaction<RecordUsageConsumer>>();
        x.AddConsumer<SeatUsageChangedConsumer, OneTransaction<SeatUsageChangedConsumer>>();
        x.AddConsumer<RecordPaymentConsumer, OneTransaction<RecordPaymentConsumer>>();
        x.AddConsumer<GrantCreditConsumer, OneTransaction<GrantCreditConsumer>>();

        x.AddConsumer<SetProviderLimitConsumer, OneAtATime<SetProviderLimitConsumer>>();

        // the month's close
        x.AddSaga<MonthCloseRun, RunState>(sqlServer);
        x.AddSaga<ChunkPipeline, ChunkState>(sqlServer);
        x.AddConsumer<CutChunksConsumer, OneTransaction<CutChunksConsumer>>();
        x.AddConsumer<RechunkAccountsConsumer, OneTransaction<RechunkAccountsConsumer>>();
        x.AddConsumer<CancelWaitingChunksConsumer, OneTransaction<CancelWaitingChunksConsumer>>();
        x.AddConsumer<IssueInvoicesConsumer, ChunkStep<IssueInvoicesConsumer>>();
        x.AddConsumer<ChargeInvoicesConsumer, GatewayStep<ChargeInvoicesConsumer>>();
        x.AddConsumer<EmailInvoicesConsumer, ChunkStep<EmailInvoicesConsumer>>();
        x.AddConsumer<SendReceiptsConsumer, ChunkStep<SendReceiptsConsumer>>();
        x.AddConsumer<EndChunkConsumer, ChunkStep<EndChunkConsumer>>();
        x.AddConsumer<WriteReportConsumer, OneAtATime<WriteReportConsumer>>();

        // what was not paid at once
        x.AddSaga<CollectionProcess, CollectionState>(sqlServer);
        x.AddConsumer<LookForChargeConsumer, GatewayStep<LookForChargeConsumer>>();
        x.AddConsumer<NobodyKnowsConsumer, OneTransaction<NobodyKnowsConsumer>>();
        x.AddConsumer<FindChargeOutcomeConsumer, OneTransaction<FindChargeOutcomeConsumer>>();
        x.AddConsumer<HandleGatewayEventConsumer, EventStep>();
        x.AddConsumer<RetryChargeConsumer, GatewayStep<RetryChargeConsumer>>();
        x.AddConsumer<RetryInvoiceConsumer, OneTransaction<RetryInvoiceConsumer>>();
        x.AddConsumer<PlaceHoldConsumer, OneTransaction<PlaceHoldConsumer>>();
        x.AddConsumer<LiftHoldConsumer, OneTransaction<LiftHoldConsumer>>();
        x.AddConsumer<TellCustomerConsumer, OneTransaction<TellCustomerConsumer>>();

        // what corrects an issued invoice
        x.AddConsumer<IssueCreditNoteConsumer, OneTransaction<IssueCreditNoteConsumer>>();
        x.AddConsumer<VoidInvoiceConsumer, OneTransaction<VoidInvoiceConsumer>>();
        x.AddConsumer<ReissueInvoiceConsumer, OneTransaction<ReissueInvoiceConsumer>>();
        x.AddConsumer<WriteOffInvoiceConsumer, OneTransaction<WriteOffInvoiceConsumer>>();
        x.AddConsumer<ApplyCreditConsumer, OneTransaction<ApplyCreditConsumer>>();
        x.AddConsumer<RevokeCreditConsumer, OneTransaction<RevokeCreditConsumer>>();
        x.AddConsumer<RefundPaymentConsumer, OneTransaction<RefundPaymentConsumer>>();
        x.AddConsumer<AskRefundConsumer, GatewayStep<AskRefundConsumer>>();
        x.AddConsumer<LookForRefundConsumer, GatewayStep<LookForRefundConsumer>>();
        x.AddConsumer<CorrectionMailConsumer, OneTransaction<CorrectionMailConsumer>>();

        // the same books from the other side
        x.AddConsumer<StartReconciliationConsumer, OneWalkAtATime>();

        x.AddOutbox(sqlServer);
    }
}
