using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Usage;
using Billing.MonthClose.Intake.Usage;
using Xunit;

namespace Billing.MonthClose.Tests.Intake.Usage;

public class When_a_usage_record_is_judged
{
    static readonly Account Auckland = new() { AccountId = "kiwi", Name = "Kiwi", Currency = "USD", TimeZone = "Pacific/Auckland", InvoicedThrough = 202609 };

    [Fact]
    public void Should_put_it_into_the_month_of_its_local_day()
    {
        var entry = Taken(Record() with { StartedAt = Instant("2026-10-31T12:00:00Z") });    // 1 November in Auckland
        Assert.Equal((202611, 202611, new DateOnly(2026, 11, 1)), (entry.ServicePeriod, entry.BillingPeriod, entry.FirstDay));
    }

    [Fact]      // late usage
    public void Should_bill_it_in_the_next_open_period_when_its_own_was_invoiced()
    {
        var entry = Taken(Record() with { StartedAt = Instant("2026-08-15T00:00:00Z") });
        Assert.Equal((202608, 202610), (entry.ServicePeriod, entry.BillingPeriod));
    }

    [Theory]
    [InlineData("2026-10-05T00:00:00Z", 0), InlineData("2026-10-05T00:00:01Z", 1), InlineData("2026-10-05T01:00:00Z", 1), InlineData("2026-10-05T01:00:00.0000001Z", 2)]
    public void Should_count_each_started_hour(string end, int hours) =>
        Assert.Equal(hours, Taken(Record() with { StartedAt = Instant("2026-10-05T00:00:00Z"), EndedAt = Instant(end) }).StartedHours);

    [Fact]
    public void Should_count_the_last_day_up_to_the_end_exclusive() =>
        Assert.Equal(new DateOnly(2026, 10, 6), Taken(Record() with { StartedAt = Instant("2026-10-05T00:00:00Z"), EndedAt = Instant("2026-10-06T11:00:00Z") }).LastDay);

    [Fact]
    public void Should_name_field_value_and_expectation_of_what_it_cannot_take()
    {
        Assert.Equal(("AccountId", "nobody", "an account that is registered"), Refused(Record() with { AccountId = "nobody" }, null));
        Assert.Equal(("Quantity", "-1", "zero or more; a correction is a rated Cost"), Refused(Record() with { Quantity = -1 }, Auckland));
        Assert.Equal(("Currency", "EUR", "the account's currency USD"), Refused(Record() with { Cost = 1, Currency = "EUR" }, Auckland));
        Assert.Equal("PriceCode", Refused(Record() with { PriceCode = " " }, Auckland).Field);
        Assert.Equal("Cost", Refused(Record() with { Cost = 0.0000000000000000001m, Currency = "USD" }, Auckland).Field);
        Assert.Equal("EndedAt", Refused(Record() with { EndedAt = Instant("2026-10-04T00:00:00Z") }, Auckland).Field);
        Assert.Equal("UsageId", Refused(Record() with { UsageId = new string('x', 257) }, Auckland).Field);
    }

    [Fact]      // the last hour of October begins at 23:30 and ends in November
    public void Should_split_its_hours_at_the_edge_of_the_month()
    {
        var parts = AllTaken(Record() with { StartedAt = Instant("2026-10-31T08:30:00Z"), EndedAt = Instant("2026-10-31T13:30:00Z") });     // Auckland is 13 hours ahead
        Assert.Equal([(0, 202610, 3L), (1, 202611, 2L)], parts.Select(part => (part.Part, part.ServicePeriod, part.StartedHours)));
        Assert.Equal([new(2026, 10, 31), new(2026, 11, 1)], parts.Select(part => part.FirstDay));
        Assert.Equal([1m, 0m], parts.Select(part => part.Quantity));
    }

    [Fact]
    public void Should_refuse_use_by_the_hour_that_has_no_end()
    {
        var reason = UsageDecision.Decide(Record(), Auckland, default, new HashSet<(string, string)> { ("api-calls", "USD") }, out var entries);
        Assert.Empty(entries);
        Assert.Equal(("EndedAt", "the instant at which the use ended; api-calls is priced by the hour"), (reason?.Field, reason?.Expected));
    }

    [Fact]
    public void Should_refuse_a_use_of_more_than_a_year() =>
        Assert.Equal("EndedAt", Refused(Record() with { EndedAt = Instant("2027-11-05T00:00:00Z") }, Auckland).Field);

    static UsageEntry Taken(UsageRecord record) => Assert.Single(AllTaken(record));

    static IReadOnlyList<UsageEntry> AllTaken(UsageRecord record)
    {
        Assert.Null(UsageDecision.Decide(record, Auckland, default, NothingHourly, out var entries));
        return entries;
    }

    static readonly HashSet<(string, string)> NothingHourly = [];

    static (string Field, string? Value, string Expected) Refused(UsageRecord record, Account? account)
    {
        var reason = UsageDecision.Decide(record, account, default, NothingHourly, out var entries);
        Assert.Empty(entries);
        return (reason!.Field, reason.Value, reason.Expected);
    }

    static UsageRecord Record() => new() { UsageId = "u1", AccountId = "kiwi", PriceCode = "api-calls", Quantity = 1, StartedAt = Instant("2026-10-05T00:00:00Z") };

    static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
