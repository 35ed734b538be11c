using System.Text.Json;
using Billing.Contracts.Notification.V1;

namespace Billing.Sealing;

/// <summary>Seals what a message to a person holds of him, and opens it again. A message in clear stays as it is: a sender may have no key.</summary>
public static class SealedMessages
{
    /// <summary>Name under which all values of a letter travel sealed as one.</summary>
    public const string Values = "sealed";

    public static SendEmail Seal(this Sealer sealer, SendEmail email) => !sealer.Seals ? email : email with
    {
        To = sealer.Seal(email.To),
        Subject = sealer.Seal(email.Subject),
        Text = sealer.Seal(email.Text),
        Values = email.Values is null ? null : new(StringComparer.Ordinal) { [Values] = sealer.Seal(JsonSerializer.Serialize(email.Values)) }
    };

    public static SendSms Seal(this Sealer sealer, SendSms sms) => !sealer.Seals ? sms : sms with { To = sealer.Seal(sms.To), Text = sealer.Seal(sms.Text) };

    /// <exception cref="SealException">A member cannot be opened; the message begins with its name.</exception>
    public static SendEmail Open(this Sealer sealer, SendEmail email) => email with
    {
        To = Opened(sealer, nameof(email.To), email.To)!,
        Subject = Opened(sealer, nameof(email.Subject), email.Subject),
        Text = Opened(sealer, nameof(email.Text), email.Text),
        Values = email.Values is { Count: 1 } values && values.TryGetValue(Values, out var all) && Sealer.IsSealed(all)
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(Opened(sealer, nameof(email.Values), all)!)
            : email.Values
    };

    /// <exception cref="SealException">A member cannot be opened; the message begins with its name.</exception>
    public static SendSms Open(this Sealer sealer, SendSms sms) =>
        sms with { To = Opened(sealer, nameof(sms.To), sms.To)!, Text = Opened(sealer, nameof(sms.Text), sms.Text)! };

    static string? Opened(Sealer sealer, string member, string? text)
    {
        try
        {
            return sealer.Open(text);
        }
        catch (SealException trouble)
        {
            throw new SealException($"{member} is {trouble.Message}.");
        }
    }
}
