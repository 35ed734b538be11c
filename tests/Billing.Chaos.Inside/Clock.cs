using System.Globalization;
using Billing.Chaos.Inside;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

[assembly: HostingStartup(typeof(Clock))]

namespace Billing.Chaos.Inside;

/// <summary>Gives a service a clock that is wrong by <c>BILLING_CHAOS_CLOCK</c>. Services take the machine's clock only when they find no other.</summary>
public sealed class Clock : IHostingStartup
{
    public void Configure(IWebHostBuilder builder)
    {
        if (TimeSpan.TryParse(Environment.GetEnvironmentVariable("BILLING_CHAOS_CLOCK"), CultureInfo.InvariantCulture, out var wrongBy)
            && wrongBy != TimeSpan.Zero)
            builder.ConfigureServices(services => services.AddSingleton<TimeProvider>(new WrongTime(wrongBy)));
    }

    sealed class WrongTime(TimeSpan wrongBy) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + wrongBy;
    }
}
