namespace Billing.Console;

static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "A page could not be rendered")]
    public static partial void NotRendered(this ILogger logger, Exception failure);

    [LoggerMessage(2, LogLevel.Information, "{Who} sends {Command} from the console, message {MessageId}")]
    public static partial void Sent(this ILogger logger, string who, string command, Guid messageId);

    [LoggerMessage(3, LogLevel.Information, "{Who} has signed in")]
    public static partial void SignedIn(this ILogger logger, string who);

    [LoggerMessage(4, LogLevel.Warning, "A wrong key was given at the sign-in")]
    public static partial void WrongKey(this ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "What the services tell cannot be heard: {Reason}")]
    public static partial void NotHeard(this ILogger logger, string reason);

    [LoggerMessage(6, LogLevel.Warning, "Somebody was not let in: {Because}")]
    public static partial void NotSignedIn(this ILogger logger, string because);

    [LoggerMessage(7, LogLevel.Warning, "The provider of OpenID Connect does not answer: {Reason}")]
    public static partial void ProviderAway(this ILogger logger, string reason);
}
