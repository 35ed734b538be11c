using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

public class SqlServerLockStatementProvider : ILockStatementProvider
{
    public string GetRowLockStatement<T>(DbContext context)
        where T : class =>
        GetRowLockStatement<T>(context, nameof(ISaga.CorrelationId));

    public string GetRowLockStatement<T>(DbContext context, params string[] propertyNames)
        where T : class
    {
        var table = Table.Of<T>(context);
        var conditions = propertyNames.Select((property, i) => $"{table[property]} = {{{i}}}");
        return $"SELECT * FROM {table.Name} WITH (UPDLOCK, ROWLOCK) WHERE {string.Join(" AND ", conditions)}";
    }

    public string GetOutboxStatement(DbContext context)
    {
        var table = Table.Of<OutboxState>(context);
        return $"SELECT TOP 1 * FROM {table.Name} WITH (UPDLOCK, ROWLOCK, READPAST) ORDER BY {table[nameof(OutboxState.Created)]}";
    }
}
