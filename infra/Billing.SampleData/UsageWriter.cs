using Billing.Contracts.MonthClose.V1;
using NodaTime;

namespace Billing.SampleData;

/// <summary>Writes usage by the days and hours of the account's own calendar, as instants.</summary>
sealed class UsageWriter(YearMonth period, RegisterAccount? account = null)
{
    public List<UsageRecord> Records { get; } = [];

    public int DaysInMonth { get; } = CalendarSystem.Iso.GetDaysInMonth(period.Year, period.Month);

    public UsageWriter For(RegisterAccount whose) => new(period, whose);

    /// <summary>A quantity at one moment. The day may lie outside the month: 0 is the last day of the month before.</summary>
    public UsageWriter Units(string priceCode, decimal quantity, int day, int hour, int minute = 0)
    {
        var at = At(day, hour, minute);
        return Add(
            new UsageRecord { UsageId = NextId(), AccountId = account!.AccountId, PriceCode = priceCode, Quantity = quantity, StartedAt = at, EndedAt = at });
    }

    /// <summary>A resource that ran from one hour to another.</summary>
    public UsageWriter Hours(string priceCode, string resource, int fromDay, int fromHour, int toDay, int toHour, int minutes = 0)
    {
        var (start, end) = (At(fromDay, fromHour, 0), At(toDay, toHour, minutes));
        return Add(new UsageRecord
        {
            UsageId = NextId(),
            AccountId = account!.AccountId,
            PriceCode = priceCode,
            Quantity = decimal.Round((decimal)(end - start).Ticks / TimeSpan.TicksPerHour, 4),
            StartedAt = start,
            EndedAt = end,
            ResourceId = $"{account.AccountId}/{resource}"
        });
    }

    /// <summary>A cost that was rated elsewhere; negative for a credit.</summary>
    public UsageWriter Rated(decimal cost, string category, string service, int day, string description)
    {
        var at = At(day, 0, 0);
        return Add(new UsageRecord
        {
            UsageId = NextId(),
            AccountId = account!.AccountId,
            StartedAt = at,
            EndedAt = at.AddDays(1),
            Cost = cost,
            Currency = account.Currency,
            Category = category,
            ServiceName = service,
            Description = description
        });
    }

    public DateTimeOffset At(int day, int hour, int minute)
    {
        var zone = DateTimeZoneProviders.Tzdb[account?.TimeZone ?? "UTC"];
        var local = period.OnDayOfMonth(1).PlusDays(day - 1).At(new LocalTime(hour, minute));
        return zone.AtLeniently(local).ToInstant().ToDateTimeOffset();
    }

    UsageWriter Add(UsageRecord record)
    {
        Records.Add(record);
        return this;
    }

    string NextId() => $"{account!.AccountId}/{period.Year:0000}-{period.Month:00}/{Records.Count + 1}";
}
