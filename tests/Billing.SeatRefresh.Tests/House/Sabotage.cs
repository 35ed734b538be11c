namespace Billing.SeatRefresh.Tests.House;

/// <summary>What the database must do so that something fails.</summary>
static class Sabotage
{
    /// <summary>A count of this subscription cannot be saved.</summary>
    public static string OfCounting(params string[] subscriptions) => $$"""
        create function cannot_be_counted() returns trigger language plpgsql as $f$ begin raise exception '% cannot be counted', new."SubscriptionId"; end $f$;
        create trigger sabotage before update of "LastSeatRefreshAt" on "Subscription" for each row
            when (new."SubscriptionId" in ({{string.Join(", ", subscriptions.Select(id => $"'{id}'"))}}) and new."LastSeatRefreshAt" is distinct from old."LastSeatRefreshAt")
            execute function cannot_be_counted();
        """;

    public const string IsOver = """drop trigger sabotage on "Subscription"; """;
}
