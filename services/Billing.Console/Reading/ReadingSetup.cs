using Billing.Console.Settings;
using Microsoft.Extensions.Options;

namespace Billing.Console.Reading;

static class ReadingSetup
{
    public static void AddReading(this IServiceCollection services)
    {
        foreach (var service in Enum.GetValues<Upstream>())
            services.AddHttpClient(service.ToString(), (provider, client) =>
            {
                var options = provider.GetRequiredService<IOptions<ConsoleOptions>>().Value;
                client.BaseAddress = new Uri(AddressOf(options, service).ToString().TrimEnd('/') + "/");
                client.Timeout = options.Patience;
                if (options.ServicesKey is { Length: > 0 } key)
                    client.DefaultRequestHeaders.Add("X-Api-Key", key);
            });
        services.AddSingleton<FactBook>().AddSingleton<RunSamples>();
        services.AddSingleton<Newsroom>().AddHostedService(provider => provider.GetRequiredService<Newsroom>());
    }

    static Uri AddressOf(ConsoleOptions options, Upstream service) => service switch
    {
        Upstream.MonthClose => options.MonthClose!,
        Upstream.SeatRefresh => options.SeatRefresh!,
        Upstream.Notification => options.Notification!,
        _ => options.Scheduler!
    };
}
