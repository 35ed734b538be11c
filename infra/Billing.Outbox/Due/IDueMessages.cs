namespace Billing.Outbox;

/// <summary>
/// Messages that leave at a given instant. They are rows of the service's database and share the fate of the DbContext's changes:
/// in a consumer they are saved with it, elsewhere by <c>SaveChanges</c>.
/// </summary>
public interface IDueMessages
{
    /// <summary>Sends to one queue when the time has come. Returns the token by which it can be cancelled.</summary>
    Task<Guid> SendAsync<T>(Uri destination, DateTimeOffset due, T message, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Publishes when the time has come. Returns the token by which it can be cancelled.</summary>
    Task<Guid> PublishAsync<T>(DateTimeOffset due, T message, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Takes a message back in the current transaction. False when it has left already, or was cancelled before.</summary>
    Task<bool> CancelAsync(Guid token, CancellationToken cancellationToken = default);
}
