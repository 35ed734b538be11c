using MassTransit;

namespace Billing.Hosting.Bus;

/// <summary>
/// The conversation of the message in hand. A step that opens transactions of its own publishes in scopes that know of no message: what it says there belongs
/// to the conversation all the same.
/// </summary>
static class Conversation
{
    static readonly AsyncLocal<Guid?> Flowing = new();

    /// <summary>From here on, and in all that is called from here.</summary>
    public static void Flow(Guid? conversation) => Flowing.Value = conversation;

    /// <summary>What is sent without a conversation, where one is in hand, belongs to that one.</summary>
    public static void KeepConversation(this IBusFactoryConfigurator bus)
    {
        bus.ConfigureSend(send => send.UseExecute(context => context.ConversationId ??= Flowing.Value));
        bus.ConfigurePublish(publish => publish.UseExecute(context => context.ConversationId ??= Flowing.Value));
    }
}
