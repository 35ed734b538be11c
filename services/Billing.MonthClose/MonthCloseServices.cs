using Billing.Hosting.Clocks;
using Billing.Hosting.Database;
using Billing.Hosting.Personal;
using Billing.Hosting.Restoring;
using Billing.MonthClose.Books.Alerting;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Brakes;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Histories;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Previews;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Close.Invoicing;
using Billing.MonthClose.Close.Previewing;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Collect.Mailing;
using Billing.MonthClose.Collect.Webhooks;
using Billing.MonthClose.Correct.Correcting;
using Billing.MonthClose.Correct.Corrections;
using Billing.MonthClose.Correct.Refunding;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Billing.MonthClose.Intake.Accounts;
using Billing.MonthClose.Look.Certifying;
using Billing.MonthClose.Look.Explaining;
using Billing.MonthClose.Look.Papers.Serving;
using Billing.MonthClose.Look.Reconciling;
using Billing.MonthClose.Look.Reconciling.Checks;
using Billing.MonthClose.Look.Replaying;
using Billing.MonthClose.Look.Reporting;
using Billing.MonthClose.Look.WhatIf;
using Billing.MonthClose.Taxing;
using Billing.Sealing;
using MassTransit.EntityFrameworkCoreIntegration.Saga;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose;

static class MonthCloseServices
{
    public static void AddMonthClose(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ClosingOptions>().Bind(configuration.GetSection(ClosingOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<GatewayOptions>().Bind(configuration.GetSection(GatewayOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<DunningOptions>().Bind(configuration.GetSection(DunningOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DunningOptions>, DunningOptionsValidator>();

        services.AddMemoryCache();
        services.AddSingleton<PriceBookCache>();
        services.AddScoped<AuditTrail>();
        services.AddSingleton<ISagaWitness, SagaWitness>();
        services.AddScoped<CorrectionStore>().AddScoped<Reissue>().AddScoped<RefundWriter>().AddScoped<RefundBooking>()
            .AddScoped<MoneyBackBooking>().AddScoped<SecondCaptures>();
        services.AddScoped<LedgerBook>().AddScoped<CreditUse>().AddScoped<AccountRegister>();
        services.AddTaxing(configuration);
        services.AddScoped<InvoiceReader>().AddScoped<AnewReader>().AddScoped<InvoiceDrafter>().AddScoped<InvoiceWriter>().AddScoped<PreviewGuards>()
            .AddScoped<PreviewReader>();
        services.AddScoped<ChargePreparation>().AddScoped<ChargeBooking>().AddScoped<HoldWriter>().AddScoped<PlanWriter>().AddScoped<CollectionResumption>()
            .AddSingleton<PauseWatch>().AddSingleton<ChargeExecutor>();
        services.AddOptions<BrakesOptions>().Bind(configuration.GetSection(BrakesOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddScoped<BrakeReader>();
        services.AddScoped<ChunkWriter>().AddScoped<RunTotals>().AddScoped<Letters>();
        SealedColumns.Use(services.AddSealingOfSender(configuration));
        services.AddContacts(MonthClosePersonalRows.All);
        services.AddScoped<ChunkPlaces>().AddScoped<SnapshotPrices>().AddScoped<TopUpChunks>().AddScoped<AskAgain>().AddScoped<EndRun>();
        services.AddOptions<WebhookOptions>().Bind(configuration.GetSection(WebhookOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddScoped<GatewayCalls>().AddSingleton<OpenCharges>().AddSingleton<ChargeSweep>()
            .AddHostedService(provider => provider.GetRequiredService<ChargeSweep>())
            .AddHostedService<SagaGauges>();
        services.AddScoped<IWorkInSight, ChargesInSight>();
        services.AddStripe();
        services.AddGatewayLimit(configuration);
        services.AddScoped<IGatewayRecord, GatewayRecord>();
        services.AddRestoring<MonthCloseDbContext>().AddScoped<RestoredBooks>().AddHostedService<RunsOfRestoredBooks>();
        services.AddAlerting();
        services.AddReconciling(configuration);
        services.AddScoped<ExplanationReader>().AddScoped<MomentReader>();
        services.AddCertifying(configuration);
        services.AddPapers(configuration);
        services.AddReporting();
        services.AddReplaying();
        services.AddWhatIf();
    }
}
