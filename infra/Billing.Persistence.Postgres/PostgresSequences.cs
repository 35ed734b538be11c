using System.Data.Common;
using Billing.Persistence.Bulk;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Billing.Persistence.Postgres;

sealed class PostgresSequences : ISequences
{
    const string Sql = "SELECT nextval($1::regclass) FROM generate_series(1, $2)";

    public Task<long[]> TakeAsync(DbContext db, string sequence, int count, CancellationToken cancellationToken = default) =>
        count == 0
            ? Task.FromResult<long[]>([])
            : BulkCommand.RunAsync(
                db, Sql,
                [new NpgsqlParameter { Value = NameOf(db, sequence) }, new NpgsqlParameter { Value = count }],
                command => ReadAsync(command, count, cancellationToken), cancellationToken);

    static string NameOf(DbContext db, string sequence)
    {
        var schema = db.Model.FindSequence(sequence)?.Schema ?? db.Model.GetDefaultSchema();
        return schema is null ? Quoted(sequence) : $"{Quoted(schema)}.{Quoted(sequence)}";
        static string Quoted(string name) => PostgresNames.Quote(name);
    }

    static async Task<long[]> ReadAsync(DbCommand command, int count, CancellationToken cancellationToken)
    {
        var taken = new List<long>(count);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            taken.Add(reader.GetInt64(0));
        return [.. taken];
    }
}
