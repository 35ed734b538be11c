using System.Globalization;
using Billing.Persistence.Bulk;
using Billing.Persistence.Months;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.SqlServer;

/// <summary>
/// Without partitions. Rows that a service may delete go in sets, so that no lock grows to the whole table; what is only ever added to stays until its owner
/// takes it away.
/// </summary>
sealed class SqlServerMonths : ITableMonths
{
    /// <summary>Fewer than the 5,000 locks at which the server takes the whole table.</summary>
    internal const int AtOnce = 2000;

    public Task<IReadOnlyList<string>> MakeAsync(DbContext db, KeptTable table, DateOnly until, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public async Task<IReadOnlyList<string>> DropAsync(DbContext db, KeptTable table, DateOnly before, CancellationToken cancellationToken = default)
    {
        if (!table.RowsGo)
            return [];
        var gone = 0;
        int last;
        do
        {
            last = await BulkCommand.RunAsync(db, Sql(table), [new SqlParameter("@before", new DateTimeOffset(before, default, TimeSpan.Zero))],
                command => command.ExecuteNonQueryAsync(cancellationToken), cancellationToken);
            gone += last;
        }
        while (last == AtOnce);

        return gone == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{gone} rows of {table.Table} before {before:yyyy-MM-dd}")];
    }

    public Task<IReadOnlyList<TableMonth>> ListAsync(DbContext db, KeptTable table, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<TableMonth>>([]);

    internal static string Sql(KeptTable table) => string.Create(
        CultureInfo.InvariantCulture, $"DELETE TOP ({AtOnce}) FROM {SqlServerNames.Quote(table.Table)} WHERE {SqlServerNames.Quote(table.Column)} < @before;");
}
