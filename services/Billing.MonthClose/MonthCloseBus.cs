using Billing.Hosting.Bus;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Close.Invoicing;
using Billing.MonthClose.Close.Previewing;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Collect.Holding;
using Billing.MonthClose.Collect.Mailing;
using Billing.MonthClose.Collect.Webhooks;
using Billing.MonthClose.Correct.Correcting;
using Billing.MonthClose.Correct.Crediting;
using Billing.MonthClose.Correct.Refunding;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Intake.Accounts;
using Billing.MonthClose.Intake.Payments;
using Billing.MonthClose.Intake.Pricing;
using Billing.MonthClose.Intake.Seats;
using Billing.MonthClose.Intake.Usage;
using Billing.MonthClose.Look.Reconciling;
using Billing.MonthClose.Look.Reporting;
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
        x.AddConsumer<EraseContactConsumer, OneTransaction<EraseContactConsumer>>();
        x.AddConsumer<ContactDataErasedConsumer, OneTransaction<ContactDataErasedConsumer>>();
        x.AddConsumer<SetControlTagsConsumer, OneTransaction<SetControlTagsConsumer>>();
        x.AddConsumer<SetPriceConsumer, OneAtATime<SetPriceConsumer>>();
        x.AddConsumer<SetTaxRateConsumer, OneAtATime<SetTaxRateConsumer>>();
        x.AddConsumer<RecordUsageConsumer, OneTransaction<RecordUsageConsumer>>();
        x.AddConsumer<SeatUsageChangedConsumer, Gathered<SeatUsageChangedConsumer>>();
        x.AddConsumer<RecordPaymentConsumer, OneTransaction<RecordPaymentConsumer>>();
        x.AddConsumer<GrantCreditConsumer, OneTransaction<GrantCreditConsumer>>();

        x.AddConsumer<SetProviderLimitConsumer, OneAtATime<SetProviderLimitConsumer>>();

        AddClose(x, sqlServer);
        AddCollecting(x, sqlServer);
        AddCorrecting(x);

        // the same books from the other side
        x.AddConsumer<StartReconciliationConsumer, OneReconciliationAtATime>();
        x.AddConsumer<AcceptDriftConsumer, OneTransaction<AcceptDriftConsumer>>();

        x.AddConsumer<ReplayFaultsConsumer>();
        x.AddConsumer<DiscardFaultsConsumer>();
        x.AddConsumer<ContactErasedConsumer>();

        x.AddOutbox(sqlServer);
    }

    static void AddClose(IBusRegistrationConfigurator x, bool sqlServer)
    {
        // a month that is looked at before it is closed
        x.AddConsumer<PreviewMonthCloseConsumer, OneAtATime<PreviewMonthCloseConsumer>>();
        x.AddConsumer<BeginPreviewConsumer, OneAtATime<BeginPreviewConsumer>>();
        x.AddConsumer<CutPreviewConsumer, OneAtATime<CutPreviewConsumer>>();
        x.AddConsumer<ComputePreviewConsumer, ChunkStep<ComputePreviewConsumer>>();
        x.AddConsumer<EndPreviewConsumer, OneAtATime<EndPreviewConsumer>>();
        x.AddConsumer<PreviewFailureConsumer, OneAtATime<PreviewFailureConsumer>>();

        // the month's close
        x.AddConsumer<StartMonthCloseConsumer, OneAtATime<StartMonthCloseConsumer>>();
        x.AddConsumer<CancelMonthCloseConsumer, OneAtATime<CancelMonthCloseConsumer>>();
        x.AddConsumer<UnparkAccountsConsumer, OneAtATime<UnparkAccountsConsumer>>();
        x.AddConsumer<PauseRunConsumer, OneAtATime<PauseRunConsumer>>();
        x.AddConsumer<ResumeRunConsumer, OneAtATime<ResumeRunConsumer>>();
        x.AddConsumer<ApproveRunConsumer, OneAtATime<ApproveRunConsumer>>();
        x.AddConsumer<SetBrakeConsumer, OneAtATime<SetBrakeConsumer>>();
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
    }

    static void AddCollecting(IBusRegistrationConfigurator x, bool sqlServer)
    {
        // what was not paid at once
        x.AddSaga<Collection, CollectionState>(sqlServer);
        x.AddSaga<ChargeInquiry, ChargeInquiryState>(sqlServer);
        x.AddConsumer<LookForChargeConsumer, GatewayStep<LookForChargeConsumer>>();
        x.AddConsumer<NobodyKnowsConsumer, OneTransaction<NobodyKnowsConsumer>>();
        x.AddConsumer<FindChargeOutcomeConsumer, OneTransaction<FindChargeOutcomeConsumer>>();
        x.AddConsumer<HandleGatewayEventConsumer, EventStep>();
        x.AddConsumer<RetryChargeConsumer, GatewayStep<RetryChargeConsumer>>();
        x.AddConsumer<RetryInvoiceConsumer, OneTransaction<RetryInvoiceConsumer>>();
        x.AddConsumer<PlaceHoldConsumer, OneTransaction<PlaceHoldConsumer>>();
        x.AddConsumer<LiftHoldConsumer, OneTransaction<LiftHoldConsumer>>();
        x.AddConsumer<TellCustomerConsumer, OneTransaction<TellCustomerConsumer>>();
    }

    static void AddCorrecting(IBusRegistrationConfigurator x)
    {
        // what corrects an issued invoice
        x.AddConsumer<IssueCreditNoteConsumer, OneTransaction<IssueCreditNoteConsumer>>();
        x.AddConsumer<VoidInvoiceConsumer, OneTransaction<VoidInvoiceConsumer>>();
        x.AddConsumer<ReissueInvoiceConsumer, OneTransaction<ReissueInvoiceConsumer>>();
        x.AddConsumer<WriteOffInvoiceConsumer, OneTransaction<WriteOffInvoiceConsumer>>();
        x.AddConsumer<ApplyCreditConsumer, OneTransaction<ApplyCreditConsumer>>();
        x.AddConsumer<RevokeCreditConsumer, OneTransaction<RevokeCreditConsumer>>();
        x.AddConsumer<RefundPaymentConsumer, OneTransaction<RefundPaymentConsumer>>();
        x.AddConsumer<AskRefundConsumer, GatewayStep<AskRefundConsumer>>();
        x.AddConsumer<RefundCaptureConsumer, GatewayStep<RefundCaptureConsumer>>();
        x.AddConsumer<LookForRefundConsumer, GatewayStep<LookForRefundConsumer>>();
        x.AddConsumer<CorrectionMailConsumer, OneTransaction<CorrectionMailConsumer>>();
    }
}
