using Billing.Sealing;

namespace Billing.Notification.Messages;

/// <summary>
/// The keys under which this process keeps contact data. EF builds its model once for a process, and the model's converters cannot ask a host for them, so they
/// stand here; several hosts in one process (tests) open each other's.
/// </summary>
static class ContactSeal
{
    static Sealer _sealer = Sealer.None;

    public static Sealer Current => Volatile.Read(ref _sealer);

    public static void Use(Sealer sealer) => Volatile.Write(ref _sealer, sealer.Knowing(Current));

    public static string Seal(string text) =>
        Current.Seals ? Current.Seal(text) : throw new InvalidOperationException("There is no key to seal contact data with.");

    /// <summary>
    /// A text in clear stays as it is. A text that cannot be opened stays sealed, so that its message fails alone and not those that are read with it.
    /// </summary>
    public static string Open(string text)
    {
        try
        {
            return Current.Open(text);
        }
        catch (SealException)
        {
            return text;
        }
    }

    /// <summary>Why a message read from the table cannot be sent; null when it can.</summary>
    public static string? Locked(OutgoingMessage message)
    {
        try
        {
            var values = message.Values?.GetValueOrDefault(SealedMessages.Values);
            foreach (var text in (ReadOnlySpan<string?>)[message.Recipient, message.Subject, message.Text, values])
                Current.Open(text);
            return null;
        }
        catch (SealException trouble)
        {
            return $"It is {trouble.Message}; put the key back and send it again.";
        }
    }
}
