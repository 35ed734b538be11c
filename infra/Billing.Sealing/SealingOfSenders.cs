using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Sealing;

/// <summary>What every sender of letters does alike: it seals when it was given a key, and says so when it was not.</summary>
public static partial class SealingOfSenders
{
    /// <summary>Adds the <see cref="Sealer"/>, a warning at the start when it has no key, and the health entry <c>sealing</c>.</summary>
    /// <exception cref="InvalidOperationException">A key is wrong.</exception>
    public static Sealer AddSealingOfSender(this IServiceCollection services, IConfiguration configuration)
    {
        var sealer = SealingSettings.Read(configuration, required: false);
        services.AddSingleton(sealer);
        services.AddHostedService<Warning>();
        // A sender without a key works; so readiness stays green, and the sentence is there to be read.
        services.AddHealthChecks().AddCheck("sealing", () => HealthCheckResult.Healthy(StateOf(sealer)), ["ready"]);
        return sealer;
    }

    static string StateOf(Sealer sealer) => sealer.Seals
        ? $"letters are sealed under the key \"{sealer.CurrentKey}\""
        : $"{SealingSettings.CurrentKey} is not set: letters leave with contact data in clear; expected {SealingSettings.Example}";

    sealed class Warning(Sealer sealer, ILogger<Sealer> log) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (!sealer.Seals)
                InClear(log, StateOf(sealer));
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [LoggerMessage(1301, LogLevel.Warning, "{State}")]
    static partial void InClear(ILogger log, string state);
}
