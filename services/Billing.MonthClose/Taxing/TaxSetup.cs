using System.Net.Http.Headers;
using Billing.MonthClose.Books.Taxes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Taxing;

static class TaxSetup
{
    /// <summary>A line is answered in some hundred bytes; more than this is no answer of a chunk.</summary>
    const int LargestAnswer = 16 * 1024 * 1024;

    public static void AddTaxing(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(TaxOptions.Section);
        services.AddOptions<TaxOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        switch (section.GetValue<TaxCalculatorKind>(nameof(TaxOptions.Calculator)))     // a host may have put another one in its place
        {
            case TaxCalculatorKind.Table:
                services.TryAddScoped<ITaxCalculator, TableTaxes>();
                break;
            case TaxCalculatorKind.Http:
                services.AddHttpClient<TaxService>(Configure).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
                {
                    PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                    AllowAutoRedirect = false       // the key is for this address alone
                });
                services.TryAddScoped<ITaxCalculator, HttpTaxes>();
                break;
            default:
                services.TryAddSingleton<ITaxCalculator, NoTaxes>();
                break;
        }
    }

    static void Configure(IServiceProvider services, HttpClient http)
    {
        var options = services.GetRequiredService<IOptions<TaxOptions>>().Value;
        http.Timeout = Timeout.InfiniteTimeSpan;        // each request has its own bound
        http.MaxResponseContentBufferSize = LargestAnswer;
        if (options.ApiKey is { Length: > 0 } key)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }
}
