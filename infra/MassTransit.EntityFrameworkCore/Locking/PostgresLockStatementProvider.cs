using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

public class PostgresLockStatementProvider : ILockStatementProvider
{
    public string GetRowLockStatement<T>(DbContext context)
        where T : class =>
        GetRowLockStatement<T>(context, nameof(ISaga.CorrelationId));

    public string GetRowLockStatement<T>(DbContext context, params string[] propertyNames)
        where T : class
    {
        var table = Table.Of<T>(context);
        var conditions = propertyNames.Select((property, i) => $"{table[property]} = {{{i}}}");
        // xmin is named because * leaves system columns out, and a version column may be mapped to it
        return $"SELECT *, xmin FROM {table.Name} WHERE {string.Join(" AND ", conditions)} FOR UPDATE";
    }

    public string GetOutboxStatement(DbContext context)
    {
        var table = Table.Of<OutboxState>(context);
        return $"SELECT *, xmin FROM {table.Name} ORDER BY {table[nameof(OutboxState.Created)]} LIMIT 1 FOR UPDATE SKIP LOCKED";
    }
}
