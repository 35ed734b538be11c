using MassTransit;

namespace Billing.Hosting.Outcomes;

/// <summary>
/// How a service of ours asks what becomes of a command that it sends. What it names travels in a header, because a row of the outbox keeps no other.
/// </summary>
public static class OutcomeRequest
{
    internal const string Header = "Billing-Outcome-To";

    /// <summary>Whoever obeys tells the queue what became of the command, by its message id.</summary>
    /// <param name="context">Of the command.</param>
    /// <param name="queue">One that takes <c>CommandAnswered</c>.</param>
    public static void TellOutcomeTo(this SendContext context, string queue)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Headers.Set(Header, queue);
    }
}
