using Billing.Persistence.Bulk;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.SqlServer;

/// <summary>Takes a whole range at once, which SQL Server hands out unbroken.</summary>
sealed class SqlServerSequences : ISequences
{
    internal const string Sql = """
        DECLARE @first sql_variant, @step sql_variant;
        EXEC sys.sp_sequence_get_range @sequence_name = @name, @range_size = @count, @range_first_value = @first OUTPUT, @sequence_increment = @step OUTPUT;
        SELECT CAST(@first AS bigint), CAST(@step AS bigint);
        """;

    public Task<long[]> TakeAsync(DbContext db, string sequence, int count, CancellationToken cancellationToken = default)
    {
        if (count == 0)
            return Task.FromResult<long[]>([]);
        var schema = db.Model.FindSequence(sequence)?.Schema ?? db.Model.GetDefaultSchema();
        var name = schema is null ? SqlServerNames.Quote(sequence) : $"{SqlServerNames.Quote(schema)}.{SqlServerNames.Quote(sequence)}";
        return BulkCommand.RunAsync(
            db, Sql, [new SqlParameter("@name", name), new SqlParameter("@count", (long)count)],
            async command =>
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                await reader.ReadAsync(cancellationToken);
                var (first, step) = (reader.GetInt64(0), reader.GetInt64(1));
                return Enumerable.Range(0, count).Select(i => first + i * step).ToArray();
            }, cancellationToken);
    }
}
