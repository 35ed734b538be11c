namespace Billing.Persistence;

/// <summary>
/// What has to stand in the tables before anything else runs, after they were brought up to date. It is tried like them: until it works, when the database is
/// away. Done again it changes nothing.
/// </summary>
public interface IDatabasePreparation
{
    Task PrepareAsync(CancellationToken cancellationToken);
}
