namespace Billing.Persistence;

/// <summary>Brings the service's tables, and the rights in them, to where this version wants them.</summary>
interface IDatabaseMigration
{
    /// <summary>Tries until the database is there.</summary>
    /// <exception cref="UnfitDatabaseException">A person has to do something first.</exception>
    Task MigrateAsync(CancellationToken cancellationToken);
}

/// <summary>The database is there, and the service cannot work with it as it is.</summary>
class UnfitDatabaseException(string message) : Exception(message);
