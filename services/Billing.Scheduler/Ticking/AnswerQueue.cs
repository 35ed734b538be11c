namespace Billing.Scheduler.Ticking;

/// <summary>Where the services say what became of the commands that the scheduler published.</summary>
static class AnswerQueue
{
    /// <summary>The queue of the consumer of <c>CommandAnswered</c>.</summary>
    public const string Name = "scheduler-command-answered";
}
