using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Books.Dunning;

/// <summary>How refused payments are asked for again, by the account's tier.</summary>
public sealed class DunningOptions
{
    public const string Section = "Dunning";
    public const string Default = "default";

    /// <summary>By tier. <c>default</c> serves every account whose tier has no policy of its own; left out, it is the built-in one.</summary>
    public Dictionary<string, DunningPolicySettings> Policies { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>No longer read, and refused at the start: its pauses were the same for every account.</summary>
    public string[]? RetryAfter { get; set; }

    public DunningPolicy PolicyOf(string? tier) =>
        tier is not null && Policies.TryGetValue(tier, out var own) ? own.ToPolicy(tier)
        : Policies.TryGetValue(Default, out var standard) ? standard.ToPolicy(Default)
        : new DunningPolicySettings().ToPolicy(Default);
}

/// <summary>One policy as it is configured.</summary>
public sealed class DunningPolicySettings
{
    /// <summary>
    /// Days from each refusal to the next try; 0 to 12 of them, each 1 to 60. After the last refusal the account goes on hold. Default 1, 3, 5
    /// and 7: most soft declines heal within a pay cycle of two weeks. An empty list means hold at the first refusal.
    /// </summary>
    public int[]? RetryAfterDays { get; set; }

    /// <summary>
    /// Time of day of a try, in the account's time zone. Default 03:00: banks have booked the day's salaries by then, and support wakes up to the
    /// outcome.
    /// </summary>
    public TimeOnly RetryAt { get; set; } = new(3, 0);

    /// <summary>
    /// What the account comes to after each refusal: one for each retry and one more, never milder than the one before, the last one
    /// <c>Suspended</c>. Default: reminded, with changes blocked after the last refusal but one.
    /// </summary>
    public OverdueState[]? States { get; set; }

    /// <summary>
    /// Days that an account which pays by hand has from the day of the invoice, when its registration does not say; 0 to 365. The first reminder leaves on
    /// the day after, at the time of a try. Default 30, the usual term between companies.
    /// </summary>
    public int PaymentTermsDays { get; set; } = 30;

    public DunningPolicy ToPolicy(string name)
    {
        var days = RetryAfterDays ?? [1, 3, 5, 7];
        return new DunningPolicy(name, days, RetryAt, States ??
            [.. Enumerable.Range(1, days.Length + 1).Select(failure =>
                failure > days.Length ? OverdueState.Suspended : failure == days.Length ? OverdueState.ChangesBlocked : OverdueState.Reminded)])
        {
            PaymentTermsDays = PaymentTermsDays
        };
    }
}

/// <summary>A policy that cannot be followed stops the start with a sentence that says which and why.</summary>
sealed class DunningOptionsValidator : IValidateOptions<DunningOptions>
{
    const int MostRetries = 12;
    const int MostDays = 60;
    const int MostTermDays = 365;

    public ValidateOptionsResult Validate(string? name, DunningOptions options)
    {
        var wrong = options.Policies.SelectMany(policy => Wrong($"{DunningOptions.Section}:Policies:{policy.Key}", policy.Key, policy.Value)).ToList();
        if (options.RetryAfter is not null)
            wrong.Add($"{DunningOptions.Section}:RetryAfter is no longer read; expected "
                + $"{DunningOptions.Section}:Policies:{DunningOptions.Default}:RetryAfterDays.");
        return wrong.Count > 0 ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
    }

    static IEnumerable<string> Wrong(string path, string name, DunningPolicySettings settings)
    {
        if (name.Length > 64)
            yield return $"{path} has a name of {name.Length} characters; expected at most 64.";
        var policy = settings.ToPolicy(name);
        if (policy.Retries > MostRetries)
            yield return $"{path}:RetryAfterDays has {policy.Retries} retries; expected at most {MostRetries}.";
        if (settings.PaymentTermsDays is < 0 or > MostTermDays)
            yield return $"{path}:PaymentTermsDays is {settings.PaymentTermsDays}; expected 0 to {MostTermDays} days.";
        for (var i = 0; i < policy.Retries; i++)
            if (policy.RetryAfterDays[i] is < 1 or > MostDays)
                yield return $"{path}:RetryAfterDays[{i}] is {policy.RetryAfterDays[i]}; expected 1 to {MostDays} days.";
        if (policy.States.Length != policy.Retries + 1)
        {
            yield return $"{path}:States has {policy.States.Length} states; expected {policy.Retries + 1}, one for each of {policy.Retries} retries and one "
                + $"for the first refusal.";
            yield break;
        }

        for (var i = 0; i < policy.States.Length; i++)
        {
            var last = i == policy.States.Length - 1;
            if (last && policy.States[i] != OverdueState.Suspended)
                yield return $"{path}:States[{i}] is {policy.States[i]}; expected Suspended, because the last refusal puts the account on hold.";
            if (!last && policy.States[i] is OverdueState.Suspended or OverdueState.None)
                yield return $"{path}:States[{i}] is {policy.States[i]}; expected Reminded or ChangesBlocked, because only the last refusal suspends.";
            if (i > 0 && policy.States[i] < policy.States[i - 1])
                yield return $"{path}:States[{i}] is {policy.States[i]}; expected nothing milder than {policy.States[i - 1]}, which comes before it.";
        }
    }
}
