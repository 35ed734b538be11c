using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Billing.Limits;

/// <summary>The limits of a service that are configured by name, and what they are until somebody sets them.</summary>
public sealed class LimitDefaults
{
    public const string Section = "Limits";

    /// <summary>Permits in a second; more than any provider takes.</summary>
    public const int Most = 1_000_000;

    readonly Dictionary<string, LimitSetting> _settings = new(StringComparer.OrdinalIgnoreCase);
    readonly HashSet<string> _atOnce = new(StringComparer.OrdinalIgnoreCase);

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

    /// <summary>A limit of how many are in use at the same time.</summary>
    public LimitDefaults AddAtOnce(string name, int? permits)
    {
        _atOnce.Add(name);
        return Add(name, permits);
    }

    /// <summary>Puts what is configured in the place of the defaults: <c>Limits:gateway</c> is a number a second, 0 for a pause, or <c>unlimited</c>.</summary>
    /// <exception cref="InvalidOperationException">A name that nobody has, or a value that is neither.</exception>
    public LimitDefaults Read(IConfiguration configuration)
    {
        foreach (var entry in configuration.GetSection(Section).GetChildren())
        {
            if (entry.Key.Equals(nameof(PatienceWhenPaused), StringComparison.OrdinalIgnoreCase))
            {
                PatienceWhenPaused = TimeSpan.TryParse(entry.Value, CultureInfo.InvariantCulture, out var patience) && patience > TimeSpan.Zero
                    && patience <= TimeSpan.FromMinutes(20)
                    ? patience : throw Refused(entry, "a time span above zero and up to 00:20:00");
                continue;
            }

            if (!_settings.ContainsKey(entry.Key))
                throw Refused(entry, $"one of the limits {string.Join(", ", _settings.Keys)}");
            _settings[entry.Key] = string.Equals(entry.Value, "unlimited", StringComparison.OrdinalIgnoreCase) ? new LimitSetting(null)
                : int.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var perSecond) && perSecond <= Most
                ? new LimitSetting(perSecond)
                : throw Refused(entry, $"permits {(_atOnce.Contains(entry.Key) ? "at once" : "a second")} from 0 to {Most}, or unlimited");
        }

        return this;
    }

    /// <summary>Windows of one second, of which so many permits exist, and limits of what is in use at once.</summary>
    /// <param name="times">The provider's: how long a call may take decides.</param>
    public IEnumerable<PermitOptions> ToPermits(PermitTimes times) => _settings.Select(limit =>
        new PermitOptions
        {
            Name = limit.Key,
            Kind = _atOnce.Contains(limit.Key) ? LimitKind.Concurrent : LimitKind.Window,
            Permits = limit.Value.PerSecond,
            Patience = PatienceWhenPaused,
            Times = times
        });

    static InvalidOperationException Refused(IConfigurationSection entry, string expected) =>
        new($"{Section}:{entry.Key} is \"{entry.Value}\"; expected {expected}.");
}
