namespace Billing.Views.MonthClose;

/// <summary>How far a run has come.</summary>
public static class RunProgress
{
    extension(RunView run)
    {
        public bool HasEnded => run.CompletedAt is not null;

        public int Step(string name) => run.Steps.GetValueOrDefault(name);

        /// <summary>Accounts for which the month is over, whatever the outcome.</summary>
        public int Ended => run.Step("Closed") + run.Step("Parked") + run.Step("Cancelled");

        /// <summary>Accounts ended a second since the start; null while nothing can be said.</summary>
        public double? AccountsPerSecond(DateTimeOffset now) =>
            ((run.CompletedAt ?? now) - run.StartedAt).TotalSeconds is > 0 and var seconds && run.Ended > 0 ? run.Ended / seconds : null;

        public TimeSpan? TimeLeft(DateTimeOffset now) =>
            !run.HasEnded && run.AccountsPerSecond(now) is { } speed ? TimeSpan.FromSeconds((run.Accounts - run.Ended) / speed) : null;
    }
}
