using Billing.Sealing;

namespace Billing.Hosting.Bus;

/// <summary>An exception whose texts quoted what is confidential in the message; they are the same without it.</summary>
sealed class CleanedException : Exception
{
    CleanedException(string message, string stackTrace)
        : base(message) => StackTrace = stackTrace;

    public override string StackTrace { get; }

    public override Exception GetBaseException() => this;

    /// <returns>The exception itself when it quotes nothing.</returns>
    public static Exception Of(Exception exception, IReadOnlyCollection<string> confidential)
    {
        var (told, cause) = (exception.ToString(), exception.GetBaseException());
        var cleaned = SealedJson.Cleaned(told, confidential);
        return cleaned == told ? exception : new CleanedException($"{cause.GetType().FullName}: {SealedJson.Cleaned(cause.Message, confidential)}", cleaned);
    }
}
