namespace Billing.Hosting;

/// <summary>
/// A message cannot be understood or obeyed as it stands. It is never tried again; its text, which names each field,
/// what it held and what was expected, is the fault's answer and the reason in the error queue.
/// </summary>
public sealed class CommandRejectedException : Exception
{
    public CommandRejectedException(string command, IReadOnlyList<string> reasons)
        : base($"{command} was rejected: {string.Join(" ", reasons)}") => Reasons = reasons;

    /// <summary>One sentence for each field.</summary>
    public IReadOnlyList<string> Reasons { get; }
}
