namespace Billing.Hosting;

/// <summary>A setting is missing or wrong. The text names the key, what it holds and what was expected; secrets are never shown.</summary>
public sealed class SettingsException(string message) : Exception(message)
{
    internal static SettingsException Expected(string key, string? value, string expected) =>
        new(string.IsNullOrEmpty(value) ? $"{key} is not set; expected {expected}." : $"{key} is \"{value}\"; expected {expected}.");
}
