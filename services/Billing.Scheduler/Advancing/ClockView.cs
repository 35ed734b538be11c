using Billing.Hosting.Clocks;

namespace Billing.Scheduler.Advancing;

/// <summary>What the owner of the clock last saw, for people.</summary>
sealed class ClockView
{
    /// <summary>Where the clock is sent.</summary>
    public DateTimeOffset? Target { get; set; }

    /// <summary>What is waited for before the clock is moved on, in words.</summary>
    public IReadOnlyList<string> WaitsFor { get; set; } = [];

    /// <summary>Services that did not answer when they were last asked; null before they were.</summary>
    public IReadOnlyList<string>? Silent { get; private set; }

    public DateTimeOffset? NextDue { get; private set; }

    public void Saw(IReadOnlyList<ClockAnswer> answers, IReadOnlyList<string> silent)
    {
        Silent = silent;
        NextDue = answers.Min(answer => answer.NextDue);
        WaitsFor =
        [
            .. silent.Select(service => $"{service} does not answer: is it up, and was it started with Clock:Test=true?"),
            .. answers.SelectMany(answer => answer.Busy.Select(what => $"{answer.Service}: {what}"))
        ];
    }
}
