namespace Billing.Cli;

/// <summary>An expected refusal: its text is all that a person needs to see.</summary>
public sealed class CliException(string message, Exception? inner = null) : Exception(message, inner);
