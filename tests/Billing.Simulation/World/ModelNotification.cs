using System.Reflection;
using Billing.Contracts.Notification.V1;
using MassTransit;

namespace Billing.Simulation.World;

/// <summary>
/// What Notification answers when it is asked for letters: it knows those that reached it, and has sent them. MassTransit's interfaces have many members, of which one is
/// called.
/// </summary>
class ModelNotification : DispatchProxy
{
    Func<IEnumerable<SentLetter>> _letters = () => [];

    public static IRequestClient<FindNotifications> Knowing(Func<IEnumerable<SentLetter>> letters)
    {
        var client = Create<IRequestClient<FindNotifications>, ModelNotification>();
        ((ModelNotification)(object)client)._letters = letters;
        return client;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (args is not [FindNotifications asked, ..] || targetMethod!.ReturnType != typeof(Task<Response<NotificationsFound>>))
            throw new NotSupportedException($"Nobody asks by {targetMethod}.");
        var known = _letters().Select(letter => letter.NotificationId).ToHashSet();
        return Task.FromResult(Answer.Of(new NotificationsFound
        {
            Notifications = [.. asked.NotificationIds.Where(known.Contains).Select(id => new FoundNotification { NotificationId = id, State = "Sent" })]
        }));
    }

    class Answer : DispatchProxy
    {
        NotificationsFound? _message;

        public static Response<NotificationsFound> Of(NotificationsFound message)
        {
            var response = Create<Response<NotificationsFound>, Answer>();
            ((Answer)(object)response)._message = message;
            return response;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == "get_Message" ? _message : throw new NotSupportedException($"Nobody asks for {targetMethod}.");
    }
}
