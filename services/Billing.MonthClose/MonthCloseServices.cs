using Billing.MonthClose.Accounts;
using Billing.MonthClose.Alerting;
using Billing.MonthClose.Charging;
using Billing.MonthClose.Charging.Stripe;
using Billing.MonthClose.Closing;
using Billing.MonthClose.Dunning;
using Billing.MonthClose.Invoicing;
using Billing.MonthClose.Ledger;
using Billing.MonthClose.Mailing;
using Billing.MonthClose.Pricing;
using Billing.MonthClose.Reconciling;
using Billing.MonthClose.Reporting;

namespace Billing.MonthClose;

static class MonthCloseServices
{
    public static void AddMonthClose(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ClosingOptions>().Bind(configuration.GetSection(ClosingOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<GatewayOptions>().Bind(configuration.GetSection(GatewayOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<DunningOptions>().Bind(configuration.GetSection(DunningOptions.Section)).ValidateOnStart();

        services.AddMemoryCache();
        services.AddSingleton<PriceBooks>();
        services.AddScoped<LedgerBook>().AddScoped<AccountRegister>();
        services.AddScoped<InvoiceReader>().AddScoped<InvoiceWriter>();
        services.AddScoped<ChargePreparation>().AddScoped<ChargeBooking>().AddSingleton<ChargeDesk>();
        services.AddScoped<ChunkWriter>().AddScoped<RunTotals>().AddScoped<Letters>();
        services.AddScoped<SnapshotPrices>().AddScoped<TopUpChunks>().AddScoped<EndRun>();
        services.AddStripe();
        services.AddHttpClient<GatewayRecord>(StripeSetup.Configure).ConfigurePrimaryHttpMessageHandler(StripeSetup.Sockets);
        services.AddAlerting();
        services.AddReconciling(configuration);
        services.AddReporting();
    }
}
