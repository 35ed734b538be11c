using System.Diagnostics.Metrics;
using System.Globalization;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.Limits;

/// <summary>The limits that a service has, and what they are until somebody sets them.</summary>
public sealed class LimitDefaults
{
    public const string Section = "Limits";

    /// <summary>Permits in a second; more than any provider takes.</summary>
    public const int Most = 1_000_000;

    readonly Dictionary<string, LimitSetting> _settings = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyDictionary<string, LimitSetting> Settings => _settings;

    /// <summary>
    /// How long a caller waits at a paused provider before it is told to go on without. Default one minute: a short pause is waited out, and a
    /// long one does not keep messages from being acknowledged.
    /// </summary>
    public TimeSpan PatienceWhenPaused { get; set; } = TimeSpan.FromMinutes(1);

    public LimitDefaults Add(string name, int? perSecond)
    {
        _settings.Add(name, new LimitSetting(perSecond));
        return this;
    }

    /// <summary>Puts what is configured in the place of the defaults: <c>Limits:gateway</c> is a number a second, 0 for a pause, or <c>unlimited</c>.</summary>
    /// <exception cref="InvalidOperationException">A name that nobody has, or a value that is neither.</exception>
    public LimitDefaults Read(IConfiguration configuration)
    {
        foreach (var entry in configuration.GetSection(Section).GetChildren())
        {
            if (entry.Key.Equals(nameof(PatienceWhenPaused), StringComparison.OrdinalIgnoreCase))
            {
                PatienceWhenPaused = TimeSpan.TryParse(entry.Value, CultureInfo.InvariantCulture, out var patience) && patience > TimeSpan.Zero && patience <= TimeSpan.FromMinutes(20)
                    ? patience : throw Refused(entry, "a time span above zero and up to 00:20:00");
                continue;
            }

            if (!_settings.ContainsKey(entry.Key))
                throw Refused(entry, $"one of the limits {string.Join(", ", _settings.Keys)}");
            _settings[entry.Key] = string.Equals(entry.Value, "unlimited", StringComparison.OrdinalIgnoreCase) ? new LimitSetting(null)
                : int.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var perSecond) && perSecond <= Most ? new LimitSetting(perSecond)
                : throw Refused(entry, $"permits a second from 0 to {Most}, or unlimited");
        }

        return this;
    }

    static InvalidOperationException Refused(IConfigurationSection entry, string expected) => new($"{Section}:{entry.Key} is \"{entry.Value}\"; expected {expected}.");
}

public static class LimitsSetup
{
    /// <summary>Limits that all processes on the service's database share. Its model calls <see cref="LimitModel.AddProviderLimits"/>.</summary>
    public static void AddProviderLimits<TDbContext>(this IServiceCollection services, LimitDefaults defaults)
        where TDbContext : DbContext
    {
        services.AddSingleton(defaults);
        services.AddSingleton<LimitCounter>();
        services.AddSingleton<ProviderLimits<TDbContext>>();
        services.AddSingleton<IProviderLimits>(provider => provider.GetRequiredService<ProviderLimits<TDbContext>>());
        services.AddHostedService(provider => provider.GetRequiredService<ProviderLimits<TDbContext>>());
    }

    /// <summary>Sets a limit for all processes, in the caller's transaction; each notices within a second.</summary>
    public static async Task SetLimitAsync(this DbContext db, IBulkWriter bulk, string name, LimitSetting setting, string? by, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await bulk.InsertNewAsync(db, [new LimitRow { Name = name }], cancellationToken);
        await db.Set<LimitRow>().Where(limit => limit.Name == name).ExecuteUpdateAsync(set => set
            .SetProperty(limit => limit.IsSet, true).SetProperty(limit => limit.PerSecond, setting.PerSecond)
            .SetProperty(limit => limit.SetBy, by).SetProperty(limit => limit.SetAt, at), cancellationToken);
    }
}

/// <summary><c>billing_limit_permits_total</c> by limit and whether they were used or lost.</summary>
sealed class LimitCounter
{
    readonly Counter<long> _permits;

    public LimitCounter(IMeterFactory meters) =>
        _permits = meters.Create("Billing.Limits").CreateCounter<long>("billing.limit.permits", description: "Permits to call a provider, used in time or lost because this process was late.");

    public void Granted(string name) => Add(name, "used");

    public void Lost(string name) => Add(name, "lost");

    void Add(string name, string outcome) => _permits.Add(1, new KeyValuePair<string, object?>("limit", name), new KeyValuePair<string, object?>("outcome", outcome));
}

static partial class Log
{
    [LoggerMessage(3001, LogLevel.Information, "The limit {Name} was {Before}, and is {After} now")]
    public static partial void LimitChanged(this ILogger log, string name, LimitSetting before, LimitSetting after);

    [LoggerMessage(3002, LogLevel.Warning, "No permits of {Name} can be had; who wants one waits")]
    public static partial void CannotLease(this ILogger log, string name, Exception away);

    [LoggerMessage(3004, LogLevel.Warning, "The permits of {Name} cannot be shared out; those of this process end with its lease")]
    public static partial void CannotShare(this ILogger log, string name, Exception away);

    [LoggerMessage(3003, LogLevel.Warning, "The limits cannot be read; the last known ones hold")]
    public static partial void CannotReadLimits(this ILogger log, Exception away);
}
