using Billing.MonthClose.Accounts;
using Billing.MonthClose.Alerting;
using Billing.MonthClose.Auditing;
using Billing.MonthClose.Charging;
using Billing.MonthClose.Charging.Janitor;
using Billing.MonthClose.Charging.Stripe;
using Billing.MonthClose.Charging.Webhooks;
using Billing.MonthClose.Closing;
using Billing.MonthClose.Correcting;
using Billing.MonthClose.Dunning;
using Billing.MonthClose.Explaining;
using Billing.MonthClose.Holding;
using Billing.MonthClose.Invoicing;
using Billing.MonthClose.Ledger;
using Billing.MonthClose.Mailing;
using Billing.MonthClose.Pricing;
using Billing.MonthClose.Reconciling;
using Billing.MonthClose.Refunding;
using Billing.MonthClose.Reporting;
using Billing.Sealing;
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
        services.AddSingleton<PriceBooks>();
        services.AddScoped<AuditTrail>();
        services.AddScoped<CorrectionDesk>().AddScoped<Reissue>().AddScoped<RefundWriter>().AddScoped<RefundBooking>();
        services.AddScoped<LedgerBook>().AddScoped<AccountRegister>();
        services.AddScoped<InvoiceReader>().AddScoped<InvoiceWriter>();
        services.AddScoped<ChargePreparation>().AddScoped<ChargeBooking>().AddScoped<HoldBook>().AddScoped<CollectionWaker>().AddSingleton<ChargeDesk>();
        services.AddScoped<ChunkWriter>().AddScoped<RunTotals>().AddScoped<Letters>();
        services.AddSealingOfSender(configuration);
        services.AddScoped<SnapshotPrices>().AddScoped<TopUpChunks>().AddScoped<EndRun>();
        services.AddOptions<WebhookOptions>().Bind(configuration.GetSection(WebhookOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddScoped<GatewayCalls>().AddSingleton<OpenCharges>().AddSingleton<ChargeSweep>().AddHostedService(provider => provider.GetRequiredService<ChargeSweep>());
        services.AddStripe();
        services.AddGatewayLimit(configuration);
        services.AddHttpClient<GatewayRecord>(StripeSetup.Configure).ConfigurePrimaryHttpMessageHandler(StripeSetup.Sockets);
        services.AddAlerting();
        services.AddReconciling(configuration);
        services.AddScoped<ExplanationReader>().AddScoped<MomentReader>();
        services.AddReporting();
    }
}
