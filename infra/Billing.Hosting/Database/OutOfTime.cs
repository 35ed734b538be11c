using Microsoft.Data.SqlClient;
using Npgsql;

namespace Billing.Persistence;

/// <summary>
/// A statement of ours that took longer than the connection allows (<c>Command Timeout</c>, 30 s). That is the failure of what it was about, and not of the
/// database: tried for ever, it would stop everything behind it.
/// </summary>
public static class OutOfTime
{
    /// <summary>What Npgsql says when the server does not answer in time: of a statement, and also of a connection that it is opening.</summary>
    const string NoAnswer = "Timeout during reading attempt";

    /// <summary>Where Npgsql opens a connection. Nothing else in its exception tells the one from the other.</summary>
    const string Opening = "NpgsqlConnector.Open(";

    /// <summary>What SQL Server's client says of anything that took too long.</summary>
    const int SqlServer = -2;

    public static bool Is(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => true,
        NpgsqlException { InnerException: TimeoutException { Message: NoAnswer } } npgsql =>
            npgsql.StackTrace?.Contains(Opening, StringComparison.Ordinal) != true,
        // of several servers none could be reached, each for a reason of its own: no statement of ours was begun
        NpgsqlException { InnerException: AggregateException } => false,
        // a connection that was never opened has no id
        SqlException { Number: SqlServer } sql => sql.ClientConnectionId != Guid.Empty,
        { InnerException: { } inner } => Is(inner),     // as EF Core wraps it
        _ => false
    };
}
