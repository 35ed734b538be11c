using Microsoft.Extensions.Logging;

namespace Billing.Limits;

static partial class Log
{
    [LoggerMessage(3001, LogLevel.Information, "The limit {Name} was {Before}, and is {After} now")]
    public static partial void LimitChanged(this ILogger log, string name, LimitSetting before, LimitSetting after);

    [LoggerMessage(3004, LogLevel.Warning, "The permits of {Name} cannot be shared out; those of this process end with its lease")]
    public static partial void CannotShare(this ILogger log, string name, Exception away);
}
