using System.Data.Common;
using System.Net.Sockets;

namespace Billing.SeatRefresh;

static class DatabaseFailure
{
    /// <summary>Whether the database did not answer. No subscription is to blame then, and the claim ends by itself.</summary>
    public static bool IsAway(Exception failure) =>
        failure.GetBaseException() is SocketException or IOException
        || (failure as DbException ?? failure.InnerException as DbException) is { IsTransient: true, SqlState: null or "57P01" or "57P03" };
}
