namespace Billing.Hosting.Logging;

/// <summary>The ids of a message in the scope of a log line: the same names in all services, and none for an id that is not there.</summary>
public static class LogIds
{
    public static Dictionary<string, object> Of(Guid? messageId, Guid? conversationId, Guid? correlationId)
    {
        var ids = new Dictionary<string, object>(4);
        if (messageId is { } message)
            ids["MessageId"] = message;
        if (conversationId is { } conversation)
            ids["ConversationId"] = conversation;
        if (correlationId is { } correlation)
            ids["CorrelationId"] = correlation;
        return ids;
    }
}
