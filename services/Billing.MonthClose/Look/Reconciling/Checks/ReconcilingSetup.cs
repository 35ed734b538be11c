using Billing.MonthClose.Books.Drifts;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Look.Reconciling.Checks;

static class ReconcilingSetup
{
    public static void AddReconciling(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ReconcilingOptions>().Bind(configuration.GetSection(ReconcilingOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ReconcilingOptions>, ReconcilingOptionsRules>();
        services.AddSingleton<DriftFinder>().AddSingleton<Subtotals>().AddSingleton<Reconciler>().AddScoped<LedgerRepair>();
        services.AddHostedService<UnreconciledGauge>();
        services.AddCheck<InvoiceLinesDiffer>(DriftClass.InvoiceLinesDiffer);
        services.AddCheck<InvoiceNotInLedger>(DriftClass.InvoiceNotInLedger);
        services.AddCheck<InvoiceNotCharged>(DriftClass.InvoiceNotCharged);
        services.AddCheck<ChargeNotInLedger>(DriftClass.ChargeNotInLedger);
        services.AddCheck<LedgerAmountDiffers>(DriftClass.LedgerAmountDiffers);
        services.AddCheck<LedgerWithoutCharge>(DriftClass.LedgerWithoutCharge);
        services.AddCheck<LedgerMonthChanged>(DriftClass.LedgerMonthChanged);
        services.AddCheck<LedgerOutOfBalance>(DriftClass.LedgerOutOfBalance);
        services.AddCheck<BalanceDiffers>(DriftClass.BalanceDiffers);
        services.AddCheck<OpenInvoicesDiffer>(DriftClass.OpenInvoicesDiffer);
        services.AddCheck<CapturedNotBooked>(DriftClass.CapturedNotBooked);
        services.AddCheck<CapturedTwice>(DriftClass.CapturedTwice);
        services.AddCheck<CapturedWithoutCharge>(DriftClass.CapturedWithoutCharge);
        services.AddCheck<BookedNotCaptured>(DriftClass.BookedNotCaptured);
        services.AddCheck<AmountDiffers>(DriftClass.AmountDiffers);
        services.AddCheck<RefundNotBooked>(DriftClass.RefundNotBooked);
        services.AddCheck<RefundNotGiven>(DriftClass.RefundNotGiven);
        services.AddCheck<RefundAmountDiffers>(DriftClass.RefundAmountDiffers);
        services.AddCheck<DisputeNotBooked>(DriftClass.DisputeNotBooked);
        services.AddCheck<RefundUnresolved>(DriftClass.RefundUnresolved);
        services.AddCheck<ChargeUnresolved>(DriftClass.ChargeUnresolved);
        services.AddCheck<CollectionMissing>(DriftClass.CollectionMissing);
        services.AddCheck<CollectionStandsStill>(DriftClass.CollectionStandsStill);
        services.AddCheck<InquiryStandsStill>(DriftClass.InquiryStandsStill);
        services.AddCheck<HoldOnPaidInvoice>(DriftClass.HoldOnPaidInvoice);
        services.AddCheck<InvoiceLetterMissing>(DriftClass.InvoiceLetterMissing);
        services.AddCheck<ReceiptMissing>(DriftClass.ReceiptMissing);
        services.AddCheck<LetterLost>(DriftClass.LetterLost);
        services.AddCheck<LetterNotWritten>(DriftClass.LetterNotWritten);
        services.AddCheck<HistoryDiffers>(DriftClass.HistoryDiffers);
    }

    static void AddCheck<TCheck>(this IServiceCollection services, string driftClass)
        where TCheck : DriftCheck => services.AddKeyedScoped<DriftCheck, TCheck>(driftClass);
}
