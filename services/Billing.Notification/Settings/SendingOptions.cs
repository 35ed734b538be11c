using System.ComponentModel.DataAnnotations;
using Billing.Hosting.Validation;
using Billing.Limits;
using Billing.Notification.Tiering;

namespace Billing.Notification.Settings;

/// <summary>How the queue is worked off: everything about it that may be configured, in one place.</summary>
public sealed class SendingOptions : IValidatableObject
{
    public const string Section = "Sending";

    /// <summary>
    /// Messages that a process claims at a time at most, 1 to 5,000. Default 500, which take a few statements. A process claims fewer by itself where a limit
    /// sets the pace.
    /// </summary>
    [Range(1, 5000)]
    public int Most { get; set; } = 500;

    /// <summary>
    /// How long a process may keep what it claimed, 30 s to 1 h. Default 1 min: after it another process takes over what a crash left. A process begins
    /// nothing new in the last third, so that what is under way can end.
    /// </summary>
    [Duration("00:00:30", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often to look for what no arrival told of (retries, leases that ended), 0.1 s to 1 min. Default 2 s.</summary>
    [Duration("00:00:00.1", "00:01:00")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>100 a second, five in flight.</summary>
    public ChannelOptions Email { get; set; } = new() { PerSecond = 100 };

    /// <summary>50 a second, five in flight.</summary>
    public ChannelOptions Sms { get; set; } = new() { PerSecond = 50 };

    public BatchOptions Batch { get; set; } = new();

    /// <summary>What becomes of messages that the provider did not take.</summary>
    public DeliveryOptions Retry { get; set; } = new();

    /// <summary>The tiers by name; more are set, and these changed, at run time by <c>SetTier</c>.</summary>
    public Dictionary<string, TierOptions> Tiers { get; set; } = new(StringComparer.OrdinalIgnoreCase) { ["standard"] = new TierOptions() };

    /// <summary>Tier of workspaces for which none was set.</summary>
    [Required]
    public string DefaultTier { get; set; } = "standard";

    internal ChannelOptions Of(Channel channel) => channel == Channel.Email ? Email : Sms;

    /// <summary>The binder adds to a list that is there already: a configured list must find none.</summary>
    internal void MakeRoomFor(IConfigurationSection configured)
    {
        if (configured.GetSection($"{nameof(Retry)}:{nameof(DeliveryOptions.Waits)}").Exists())
            Retry = Retry with { Waits = [] };
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var wrong = new List<ValidationResult>();
        (string, object)[] parts = [.. Tiers.Select(tier => ($"Tiers:{tier.Key}", (object)tier.Value)), ("Email", Email), ("Sms", Sms), ("Batch", Batch),
            ("Retry", Retry)];
        foreach (var (name, part) in parts)
        {
            var results = new List<ValidationResult>();
            if (!Validator.TryValidateObject(part, new ValidationContext(part), results, validateAllProperties: true))
                wrong.AddRange(results.Select(result => new ValidationResult($"{Section}:{name}: {result.ErrorMessage}")));
        }

        if (Batch.Least > Batch.Most)
            wrong.Add(new ValidationResult($"{Section}:Batch:Least is {Batch.Least}; expected at most Batch:Most, {Batch.Most}."));
        if (!Tiers.ContainsKey(DefaultTier))
            wrong.Add(new ValidationResult($"{Section}:DefaultTier is \"{DefaultTier}\"; expected one of {string.Join(", ", Tiers.Keys)}."));
        return wrong;
    }
}

/// <summary>How fast a channel may send, over all processes together.</summary>
public sealed class ChannelOptions : IValidatableObject
{
    /// <summary><c>Window</c> (default): never more in any second; <c>Bucket</c>: so many on average; <c>Unlimited</c>.</summary>
    public LimitKind Kind { get; set; } = LimitKind.Window;

    /// <summary>Messages a second, 0 (a pause) to 10,000, until <c>SetSendingLimit</c> says otherwise.</summary>
    [Range(0, 10_000)]
    public int PerSecond { get; set; }

    /// <summary>Messages handed over at the same time, 1 to 100. Default 5, which providers allow one client.</summary>
    [Range(1, 100)]
    public int InFlight { get; set; } = 5;

    /// <summary>How the limit follows what the provider says.</summary>
    public AdaptiveOptions Adaptive { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kind == LimitKind.Concurrent)
            yield return new ValidationResult($"Kind is {Kind}; expected Window, Bucket or Unlimited.");
        var results = new List<ValidationResult>();
        if (!Validator.TryValidateObject(Adaptive, new ValidationContext(Adaptive), results, validateAllProperties: true))
            foreach (var result in results)
                yield return new ValidationResult($"Adaptive: {result.ErrorMessage}");
    }
}
