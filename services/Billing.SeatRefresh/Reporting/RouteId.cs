namespace Billing.SeatRefresh.Reporting;

/// <summary>An id as the end of an address. Ids may hold slashes, and the server leaves one that a program has escaped as it came.</summary>
static class RouteId
{
    public static string Of(string rest) => rest.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
