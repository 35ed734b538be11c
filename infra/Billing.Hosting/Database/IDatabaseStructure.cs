namespace Billing.Persistence;

/// <summary>Tables that a library makes itself, beside those of the model. They are made by whoever migrates.</summary>
public interface IDatabaseStructure
{
    /// <summary>How their names begin.</summary>
    string TablePrefix { get; }

    /// <summary>Makes those that are missing, and alters none.</summary>
    Task MakeAsync(string connectionString, CancellationToken cancellationToken);
}
