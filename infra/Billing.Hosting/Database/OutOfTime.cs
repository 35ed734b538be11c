using Microsoft.Data.SqlClient;
using Npgsql;

namespace Billing.Persistence;

/// <summary>
/// A statement of ours that took longer than the connection allows (<c>Command Timeout</c>, 30 s). That is the failure of what it was about, and not of the
/// database: tried for ever, it would stop everything behind it.
/// </summary>
public static class OutOfTime
{
    /// <summary>What Npgsql says of a statement that it gave up. A connection that cannot be opened in time has another message.</summary>
    const string GivenUp = "Timeout during reading attempt";

    /// <summary>What SQL Server's client says of anything that took too long.</summary>
    const int SqlServer = -2;

    public static bool Is(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => true,
        NpgsqlException { InnerException: TimeoutException { Message: GivenUp } } => true,
        // a connection that was never opened has no id
        SqlException { Number: SqlServer } sql => sql.ClientConnectionId != Guid.Empty,
        { InnerException: { } inner } => Is(inner),     // as EF Core wraps it
        _ => false
    };
}
