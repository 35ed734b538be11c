namespace Billing.SeatRefresh.Refreshing;

static class Failure
{
    /// <summary>Then it is nobody's fault: the claim ends by itself.</summary>
    public static bool IsTheDatabaseAway(Exception failure) =>
        failure.GetBaseException() is System.Net.Sockets.SocketException or IOException
        || (failure as System.Data.Common.DbException ?? failure.InnerException as System.Data.Common.DbException) is { IsTransient: true, SqlState: null or "57P01" or "57P03" };
}
