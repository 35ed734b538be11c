using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.Postgres;

/// <summary>Texts are compared as the code compares them: rows are locked in the order in which the code sorts their ids.</summary>
public static class PostgresCollation
{
    const string Ordinal = "C";

    /// <summary>PostgreSQL keeps the collation with each column.</summary>
    public static void CompareOrdinally(this ModelConfigurationBuilder conventions)
    {
        ArgumentNullException.ThrowIfNull(conventions);
        conventions.Properties<string>().UseCollation(Ordinal);
    }
}
