using Billing.MonthClose.Books.Taxes;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Billing.MonthClose.Taxing;

static class TaxSetup
{
    public static void AddTaxing(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(TaxOptions.Section);
        services.AddOptions<TaxOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        switch (section.GetValue<TaxCalculatorKind>(nameof(TaxOptions.Calculator)))     // a host may have put another one in its place
        {
            case TaxCalculatorKind.Table:
                services.TryAddScoped<ITaxCalculator, TableTaxes>();
                break;
            default:
                services.TryAddSingleton<ITaxCalculator, NoTaxes>();
                break;
        }
    }
}
