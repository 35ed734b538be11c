using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Billing.Outbox;

/// <summary>What the statements of this project must know about the database.</summary>
static class Provider
{
    public static bool IsSqlServer(this DbContext db) => db.Database.ProviderName == "Microsoft.EntityFrameworkCore.SqlServer";

    /// <summary>The table of an entity and a function that names its columns, quoted the way the provider quotes.</summary>
    public static (string Table, Func<string, string> Column) TableOf<T>(this DbContext db)
    {
        var type = db.Model.FindEntityType(typeof(T)) ?? throw new InvalidOperationException($"{db.GetType().Name} does not map {typeof(T).Name}");
        var sql = db.GetService<ISqlGenerationHelper>();
        var table = StoreObjectIdentifier.Table(type.GetTableName()!, type.GetSchema());
        return (sql.DelimitIdentifier(table.Name, table.Schema), property => sql.DelimitIdentifier(type.GetProperty(property).GetColumnName(table)!));
    }
}
