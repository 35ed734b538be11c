using System.Diagnostics;
using System.Globalization;
using Billing.Testing;
using Npgsql;
using NpgsqlTypes;

namespace Billing.Benchmarks.Floors;

/// <summary>One binary <c>COPY</c> of usage records into a table with the keys that ours has: the same record twice would be seen.</summary>
static class CopyFloor
{
    /// <summary>Rows a second.</summary>
    public static async Task<double> RunAsync(int rows, int accounts)
    {
        await using var database = await TestDatabase.CreateAsync("floor");
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using (var create = new NpgsqlCommand("""
            create table usage_record (account_id text not null, usage_id text not null, part int not null, price_code text not null, quantity numeric not null,
                started_at timestamptz not null, service_period int not null, billing_period int not null, primary key (account_id, usage_id, part));
            create index on usage_record (account_id, billing_period);
            """, connection))
            await create.ExecuteNonQueryAsync();

        var began = Stopwatch.GetTimestamp();
        await using (var copy = await connection.BeginBinaryImportAsync("copy usage_record from stdin (format binary)"))
        {
            for (var row = 0; row < rows; row++)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(Text($"account-{row % accounts}"), NpgsqlDbType.Text);
                await copy.WriteAsync(Text($"record-{row}"), NpgsqlDbType.Text);
                await copy.WriteAsync(0, NpgsqlDbType.Integer);
                await copy.WriteAsync("api-calls", NpgsqlDbType.Text);
                await copy.WriteAsync((decimal)(row % 1000), NpgsqlDbType.Numeric);
                await copy.WriteAsync(DateTime.UnixEpoch, NpgsqlDbType.TimestampTz);
                await copy.WriteAsync(202610, NpgsqlDbType.Integer);
                await copy.WriteAsync(202610, NpgsqlDbType.Integer);
            }

            await copy.CompleteAsync();
        }

        return rows / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
