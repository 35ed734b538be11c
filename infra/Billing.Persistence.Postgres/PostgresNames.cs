using Billing.Persistence.Bulk;

namespace Billing.Persistence.Postgres;

static class PostgresNames
{
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Quoted(this BulkTable table) =>
        table.Schema is null ? Quote(table.Name) : $"{Quote(table.Schema)}.{Quote(table.Name)}";

    public static string Quoted(this BulkColumn column) => Quote(column.Name);
}
