namespace Billing.Hosting;

/// <summary>Refuses a command for what only the database or the settings can tell: an account that nobody registered, a tier that does not exist.</summary>
public static class CommandRejected
{
    /// <param name="command">The name of the message's type.</param>
    /// <param name="field">The field that is wrong.</param>
    /// <param name="value">What the field holds.</param>
    /// <param name="expected">What it should hold, as the end of a sentence: <c>an account that is registered</c>.</param>
    public static CommandRejectedException Because(string command, string field, string? value, string expected) =>
        new(command, [$"{field} is \"{value}\"; expected {expected}."]);
}
