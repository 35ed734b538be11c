using System.Text;
using Billing.Notification.Delivering;
using Billing.Notification.Settings;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Outlets;

/// <summary>
/// Each message becomes a file with its id as name. Sending it again writes the same file, so a crash between sending and recording leaves one. The file is
/// written under another name first, so that a reader never sees half of it.
/// </summary>
sealed class PickupFolder : IOutlet
{
    readonly MailOptions _options;
    readonly string _folder;

    public PickupFolder(IOptions<MailOptions> options)
    {
        _options = options.Value;
        _folder = Directory.CreateDirectory(_options.PickupFolder).FullName;
    }

    /// <summary>One after the other: a file takes a twentieth of a millisecond, and the cores have other work.</summary>
    public int InFlight => 1;

    public ValueTask<ProviderReply> SendAsync(ReadyMessage ready) => ValueTask.FromResult(Write(ready));

    /// <summary>Its file lies there. Where it lies no more, whoever takes files away may have taken it.</summary>
    public bool HasLeft(Guid id, Channel channel) => File.Exists(Path.Combine(_folder, NameOf(id, channel)));

    static string NameOf(Guid id, Channel channel) => channel == Channel.Email ? $"{id}.eml" : $"{id}.txt";

    ProviderReply Write(ReadyMessage ready)
    {
        var id = ready.Message.NotificationId;
        var name = NameOf(id, ready.Message.Channel);
        var bytes = ready.Message.Channel == Channel.Email ? MailMessages.Write(ready, _options.From)
            : Encoding.UTF8.GetBytes($"To: {ready.Message.Recipient}\n\n{ready.Content.Text}\n");
        var unfinished = Path.Combine(_folder, $".{name}");
        try
        {
            using (var file = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, bytes.Length))
                RandomAccess.Write(file, bytes, 0);
            File.Move(unfinished, Path.Combine(_folder, name), overwrite: true);
            return ProviderReply.Accepted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new ProviderReply(ProviderAnswer.Unavailable, exception.Message);
        }
    }
}
