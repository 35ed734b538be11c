using Billing.MonthClose.Accounts;
using Billing.MonthClose.Auditing;
using Billing.MonthClose.Charging;
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
        services.AddScoped<SnapshotPrices>().AddScoped<TopUpChunks>().AddScoped<EndRun>();
        services.AddHttpClient<IPaymentGateway, HttpPaymentGateway>(Gateway).ConfigurePrimaryHttpMessageHandler(Sockets);
        services.AddHttpClient<GatewayRecord>(Gateway).ConfigurePrimaryHttpMessageHandler(Sockets);
        services.AddReconciling(configuration);
        services.AddScoped<ExplanationReader>().AddScoped<MomentReader>();
        services.AddReporting();
    }

    static void Gateway(IServiceProvider services, HttpClient http)
    {
        var options = services.GetRequiredService<IOptions<GatewayOptions>>().Value;
        http.BaseAddress = options.BaseAddress;
        http.Timeout = Timeout.InfiniteTimeSpan;        // each call has its own bound
        if (options.ApiKey is { Length: > 0 } key)
            http.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    static SocketsHttpHandler Sockets(IServiceProvider services) => new()
    {
        MaxConnectionsPerServer = 256,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5)
    };
}
