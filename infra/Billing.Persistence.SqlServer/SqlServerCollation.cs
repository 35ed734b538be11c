using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Billing.Persistence.SqlServer;

/// <summary>Texts are compared as the code compares them: <c>Acme</c> and <c>acme</c> are two accounts.</summary>
public static class SqlServerCollation
{
    const string Ordinal = "Latin1_General_100_BIN2";

    /// <summary>The most bytes of a key by which SQL Server orders a table.</summary>
    const int LargestClusteredKey = 900;

    /// <summary>SQL Server keeps it with the database, so that what a statement unpacks from JSON has the same one as the columns.</summary>
    public static void CompareOrdinally(this ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.UseCollation(Ordinal);
        foreach (var key in model.Model.GetEntityTypes().Select(entity => entity.FindPrimaryKey()).OfType<IMutableKey>().Where(IsWide))
            key.SetIsClustered(false);
    }

    static bool IsWide(IMutableKey key) =>
        key.Properties.Where(property => property.ClrType == typeof(string)).Sum(property => 2 * property.GetMaxLength() ?? 0) > LargestClusteredKey;
}
