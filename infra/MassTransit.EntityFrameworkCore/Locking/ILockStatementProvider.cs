using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>The statements in which databases differ when a row is to be locked.</summary>
public interface ILockStatementProvider
{
    /// <summary>Selects and locks the saga whose correlation id is parameter {0}.</summary>
    string GetRowLockStatement<T>(DbContext context)
        where T : class;

    /// <summary>Selects and locks the rows in which the properties equal the parameters {0}, {1} and so on.</summary>
    string GetRowLockStatement<T>(DbContext context, params string[] propertyNames)
        where T : class;

    /// <summary>Selects and locks the oldest <see cref="OutboxState"/> that nobody else has locked.</summary>
    string GetOutboxStatement(DbContext context);
}
