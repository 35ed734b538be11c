using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.SqlClient;

namespace Billing.SeatRefresh;

static class DatabaseFailure
{
    /// <summary>What SQL Server says of a statement that took longer than it may.</summary>
    const int OutOfTime = -2;

    /// <summary>Whether the database did not answer. No subscription is to blame then, and the claim ends by itself.</summary>
    public static bool IsAway(Exception failure) =>
        !IsOutOfTime(failure)
        && (failure.GetBaseException() is SocketException or IOException
            || (failure as DbException ?? failure.InnerException as DbException) is { IsTransient: true, SqlState: null or "57P01" or "57P03" });

    /// <summary>
    /// A statement of ours took too long: that is the failure of what it was about. Were the database away after all, the note of the failure could not be
    /// written either.
    /// </summary>
    public static bool IsOutOfTime(Exception failure) =>
        failure.GetBaseException() is TimeoutException or SqlException { Number: OutOfTime };
}
