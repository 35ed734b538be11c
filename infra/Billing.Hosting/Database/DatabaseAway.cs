using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.SqlClient;
using Npgsql;

namespace Billing.Persistence;

/// <summary>
/// The database cannot be reached, is starting or ending, or has no room to write: nothing that is asked of it is to blame, and it is waited for, however long.
/// </summary>
public static class DatabaseAway
{
    /// <summary>What Npgsql says, and nothing more, when it knows already that no server of several is the primary.</summary>
    const string NoPrimary = "No suitable host was found.";

    /// <summary>A statement of ours that took too long is not one of these; see <see cref="OutOfTime"/>.</summary>
    public static bool Is(Exception exception)
    {
        if (OutOfTime.Is(exception))
            return false;
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (IsAlone(current))
                return true;
            if (current is AggregateException several)      // each server of several has its own reason
                return several.InnerExceptions.Any(Is);
        }

        return false;
    }

    /// <summary>Without what it wraps.</summary>
    internal static bool IsAlone(Exception exception) => exception switch
    {
        PostgresException postgres => OfPostgres(postgres),
        SqlException sql => OfSqlServer(sql),
        NpgsqlException { Message: NoPrimary } => true,
        DbException { IsTransient: true } or TimeoutException or SocketException => true,
        _ => false
    };

    /// <summary>
    /// 08 connection, 53 no resources, 57P shut down or starting up, 58 system. A session that ends with an internal error (XX) was not our statement's: so a
    /// server says that it cannot write the file with which sessions begin. One that takes no writes is a standby, or was the primary: another one is it now.
    /// </summary>
    static bool OfPostgres(PostgresException exception) => exception.SqlState switch
    {
        "40001" or "40P01" or "55P03" => false,     // two met at the same rows
        PostgresErrorCodes.ReadOnlySqlTransaction => true,
        ['5', '7', 'P', ..] => true,
        ['X', 'X', ..] => exception.InvariantSeverity is "FATAL" or "PANIC",
        var state => state[..2] is "08" or "53" or "58" || exception.IsTransient
    };

    // no connection, cut, time-out, failing over, no room in the file group or the log; 976, 978, 983 and 3906: a secondary, or not yet the primary
    static bool OfSqlServer(SqlException exception) => exception.Class >= 20 || exception.Number
        is -2 or 0 or 2 or 20 or 53 or 64 or 121 or 233 or 258 or 976 or 978 or 983 or 997 or 1101 or 1105 or 1204 or 3906 or 4060 or 4221 or 9002
        or 10053 or 10054 or 10060 or 10061 or 10928 or 10929 or 17142 or 40143 or 40197 or 40501 or 40540 or 40613 or 49918 or 49919 or 49920;
}
