using Billing.SeatRefresh.Subscriptions;

namespace Billing.SeatRefresh.Tests.House;

/// <summary>What the database must do so that something fails.</summary>
static class Sabotage
{
    /// <summary>A count of this subscription cannot be saved.</summary>
    public static string OfCounting(params string[] subscriptions) => $$"""
        create function cannot_be_counted() returns trigger language plpgsql as $f$ begin raise exception '% cannot be counted', new."SubscriptionId"; end $f$;
        create trigger sabotage before update of "LastSeatRefreshAt" on "Subscription" for each row
            when (new."SubscriptionId" in ({{string.Join(", ", subscriptions.Select(id => $"'{id}'"))}})
                and new."LastSeatRefreshAt" is distinct from old."LastSeatRefreshAt")
            execute function cannot_be_counted();
        """;

    /// <summary>A count of this subscription takes a minute to save.</summary>
    public static string SlowCounting(params string[] subscriptions) => $$"""
        create function takes_a_minute() returns trigger language plpgsql as $f$ begin
            perform pg_sleep(60); return new; end $f$;
        create trigger sabotage before update of "LastSeatRefreshAt" on "Subscription" for each row
            when (new."SubscriptionId" in ({{string.Join(", ", subscriptions.Select(id => $"'{id}'"))}})
                and new."LastSeatRefreshAt" is distinct from old."LastSeatRefreshAt") execute function takes_a_minute();
        """;

    /// <summary>Counts stand still just before they are saved, each at the gate that is named for its subscription.</summary>
    public static string HeldUp(params (string Subscription, int Gate)[] held) => $$"""
        create function stands_still() returns trigger language plpgsql as $f$ begin
            perform pg_advisory_xact_lock(case new."SubscriptionId" {{string.Concat(held.Select(one => $"when '{one.Subscription}' then {one.Gate} "))}} end);
            return new; end $f$;
        create trigger sabotage before update of "LastSeatRefreshAt" on "Subscription" for each row
            when (new."SubscriptionId" in ({{string.Join(", ", held.Select(one => $"'{one.Subscription}'"))}})
                and new."LastSeatRefreshAt" is distinct from old."LastSeatRefreshAt")
            execute function stands_still();
        """;

    public const string IsOver = """drop trigger sabotage on "Subscription"; """;
}
