using System.Globalization;
using Billing.Testing;
using NodaTime;
using Npgsql;

namespace Billing.Benchmarks.Pipeline;

/// <summary>
/// Puts years behind an installation: the rows of a closed month stand there again for each month before it, with ids of their own. Ids are hashed, so what
/// belonged together belongs together; the month's times, days and numbers are moved; triggers do not run. Of invoices those that are paid: nobody owes
/// anything of these months.
/// </summary>
static class Past
{
    const string OfInvoices = """ "InvoiceId" IN (SELECT "InvoiceId" FROM "Invoice" WHERE "RunId" = $1 AND "Status" = 'Paid') """;

    /// <summary>Which rows of a table belong to the run ($1) of a month ($2), which went on from $3 to $4.</summary>
    static readonly (string Table, string Rows)[] MonthClose =
    [
        ("Usage", """ "BillingPeriod" = $2 """), ("Run", """ "CorrelationId" = $1 """), ("Chunk", """ "RunId" = $1 """),
        ("AccountClose", """ "RunId" = $1 """), ("CloseTally", """ "RunId" = $1 """), ("MoneyTally", """ "RunId" = $1 """),
        ("Invoice", """ "RunId" = $1 AND "Status" = 'Paid' """), ("InvoiceLine", OfInvoices), ("Charge", OfInvoices), ("Letter", OfInvoices), ("GatewayCall", OfInvoices),
        ("LedgerTransaction", OfInvoices),
        ("LedgerEntry", """ "TransactionId" IN (SELECT "TransactionId" FROM "LedgerTransaction" WHERE """ + OfInvoices + ")"),
        ("AuditEntry", """ "At" BETWEEN $3 AND $4 """), ("SagaEntry", """ "TakenAt" BETWEEN $3 AND $4 """)
    ];

    static readonly (string Table, string Rows)[] Notification = [("Notification", """ "QueuedAt" BETWEEN $3 AND $4 """)];

    /// <summary>Credit that paid the month paid those before it, too.</summary>
    const string BalancesAnew = """
        update "AccountBalance" balance set "Owed" = entries.owed, "Credit" = entries.credit from (
            select "AccountId", coalesce(sum("Amount") filter (where "Account" = 'receivable'), 0) owed,
                -coalesce(sum("Amount") filter (where "Account" = 'customer-credit'), 0) credit
            from "LedgerEntry" group by "AccountId") entries
        where entries."AccountId" = balance."AccountId"
        """;

    /// <summary>Tables that have a part for each month.</summary>
    static readonly string[] Divided = ["GatewayCall", "AuditEntry", "SagaEntry"];

    /// <summary>Columns of text that no two rows may share.</summary>
    static readonly string[] Names = ["Invoice.Number", "Usage.UsageId", "Charge.GatewayReference", "GatewayCall.GatewayReference"];

    /// <param name="period">A month that was closed.</param>
    /// <param name="months">How many months before it.</param>
    /// <returns>How many rows were put there.</returns>
    public static async Task<long> PutBehindAsync(YearMonth period, int months)
    {
        var number = period.Year * 100 + period.Month;
        await using var books = await OpenAsync("billing_monthclose");
        Guid run;
        DateTime from, to;
        await using (var command = Command(books, """select "CorrelationId", "StartedAt", "CompletedAt" from "Run" where "Period" = $1""", number))
        await using (var found = await command.ExecuteReaderAsync())
        {
            await found.ReadAsync();
            (run, from, to) = (found.GetGuid(0), found.GetDateTime(1), found.GetDateTime(2).AddMinutes(1));
        }

        var rows = 0L;
        foreach (var back in Enumerable.Range(1, months))
            foreach (var (table, where) in MonthClose)
                rows += await CopyAsync(books, table, where, back, run, number, from, to);
        // each row in its month, and nothing left to tidy up while it is measured
        foreach (var divided in Divided)
            await RunAsync(books, $"""select * from "MakeMonths"('{divided}', now()::date)""");
        await RunAsync(books, BalancesAnew);
        await RunAsync(books, "vacuum (freeze, analyze)");
        await using var mail = await OpenAsync("billing_notification");
        foreach (var back in Enumerable.Range(1, months))
            foreach (var (table, where) in Notification)
                rows += await CopyAsync(mail, table, where, back, run, number, from, to);
        await RunAsync(mail, "vacuum (freeze, analyze)");
        await RunAsync(mail, "checkpoint");
        return rows;
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = Command(connection, sql);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<long> CopyAsync(NpgsqlConnection connection, string table, string where, int back, Guid run, int period, DateTime from, DateTime to)
    {
        var columns = await ColumnsAsync(connection, table);
        var sql = $"""
            insert into "{table}" ({string.Join(", ", columns.Select(column => $"\"{column.Name}\""))})
            select {string.Join(", ", columns.Select(column => Moved(table, column.Name, column.Type, back)))} from "{table}" where {where}
            """;
        await using var copy = Command(connection, sql, run, period, from, to);
        return await copy.ExecuteNonQueryAsync();
    }

    static string Moved(string table, string column, string type, int back)
    {
        var quoted = $"\"{column}\"";
        return (table, column, type) switch
        {
            (_, _, "uuid") => $"md5({quoted}::text || '/{back}')::uuid",
            (_, "Period" or "BillingPeriod" or "ServicePeriod" or "Month", "integer") =>
                $"to_char(to_date({quoted}::text, 'YYYYMM') - interval '{back} months', 'YYYYMM')::int",
            ("Chunk", "Number", _) or ("AccountClose", "Chunk", _) => $"-{quoted} - {back} * 1000000",
            (_, _, "timestamp with time zone" or "date") => $"{quoted} - interval '{back} months'",
            _ when Names.Contains($"{table}.{column}") => $"{quoted} || '~{back}'",
            _ => quoted
        };
    }

    /// <summary>Those that the server does not number by itself.</summary>
    static async Task<List<(string Name, string Type)>> ColumnsAsync(NpgsqlConnection connection, string table)
    {
        await using var command = Command(connection,
            """
            select column_name, data_type from information_schema.columns
            where table_schema = 'public' and table_name = $1 and is_identity = 'NO' and coalesce(column_default, '') not like 'nextval%' order by ordinal_position
            """, table);
        await using var reader = await command.ExecuteReaderAsync();
        var columns = new List<(string, string)>();
        while (await reader.ReadAsync())
            columns.Add((reader.GetString(0), reader.GetString(1)));
        return columns;
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    static async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(string.Create(CultureInfo.InvariantCulture,
            $"{TestServers.Postgres};Database={database};Options=-c session_replication_role=replica -c synchronous_commit=off"));
        await connection.OpenAsync();
        return connection;
    }
}
