using Billing.Contracts;
using Billing.MonthClose.Books.Calendar;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Dunning;

/// <summary>What an overdue invoice means for its account. It only gets worse, until the invoice is settled.</summary>
public enum OverdueState
{
    /// <summary>Nothing: it is not overdue, or not any more.</summary>
    None,

    /// <summary>The customer was written to; nothing else changes.</summary>
    Reminded,

    /// <summary>Use goes on; nothing may be added or enlarged. Whoever provisions obeys <c>AccountOverdueChanged</c>.</summary>
    ChangesBlocked,

    /// <summary>On hold.</summary>
    Suspended
}

/// <summary>How a refused payment is asked for again, as it was in force when the collection began: later changes of the settings leave it alone.</summary>
/// <param name="Name">Of the tier, or <c>default</c>.</param>
/// <param name="RetryAfterDays">Days from each refusal to the next try, by the account's calendar.</param>
/// <param name="RetryAt">Time of day of a try, in the account's time zone.</param>
/// <param name="States">What the account comes to after each refusal: one more than there are retries, the last one suspended.</param>
public sealed record DunningPolicy(string Name, int[] RetryAfterDays, TimeOnly RetryAt, OverdueState[] States)
{
    /// <summary>Days that an account which pays by hand has, when its registration does not say.</summary>
    public int PaymentTermsDays { get; init; }

    public int Retries => RetryAfterDays.Length;

    /// <summary>
    /// When the try after a refusal is due. The account's own calendar counts the days, and its clock says the hour:
    /// <code>
    ///   1 Nov 23:50 in Auckland        3 Nov 03:00 in Auckland
    ///   refused ───────── 2 days ────────► next try
    /// </code>
    /// </summary>
    /// <param name="attempt">Which attempt was refused, from 1.</param>
    public DateTimeOffset NextTry(int attempt, DateTimeOffset refusedAt, string timeZone) =>
        Zones.At(Zones.DayOf(refusedAt, timeZone).AddDays(RetryAfterDays[Math.Max(attempt, 1) - 1]), RetryAt, timeZone);

    /// <summary>When it is found out that nobody paid in time: on the day after, at the hour of a try.</summary>
    public DateTimeOffset OverdueAt(DateOnly payBy, string timeZone) => Zones.At(payBy.AddDays(1), RetryAt, timeZone);

    public OverdueState After(int attempt) => States[Math.Clamp(attempt, 1, States.Length) - 1];

    /// <summary>The tries that are still to come, if each is refused on its day.</summary>
    /// <param name="made">Attempts made so far.</param>
    /// <param name="next">When the next one is due.</param>
    public IEnumerable<PlannedTry> Planned(int made, DateTimeOffset next, string timeZone)
    {
        for (var attempt = made + 1; attempt <= Retries + 1; attempt++)
        {
            yield return new PlannedTry(attempt, next, After(attempt));
            if (attempt <= Retries)
                next = NextTry(attempt, next, timeZone);
        }
    }
}

/// <param name="Attempt">From 1; the first is the month close's own.</param>
/// <param name="IfRefused">What the account comes to when this one is refused as well.</param>
public sealed record PlannedTry(int Attempt, DateTimeOffset At, OverdueState IfRefused);

/// <summary>The plan by which one invoice is collected, beside its collection: written in the transaction of the refusal that began it.</summary>
[RowsChange]
public sealed record DunningPlan
{
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }

    /// <summary>As it was in force at the start.</summary>
    public required DunningPolicy Policy { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Counts the schedules: a new payment method of an account on hold begins another.</summary>
    public int Cycle { get; init; }

    /// <summary>Only what was refused from here on counts as an attempt.</summary>
    public required DateTimeOffset CountsFrom { get; init; }

    public required OverdueState Overdue { get; init; }

    /// <summary>The last day on which an account that pays by hand pays in time, by its own calendar; null while it is charged.</summary>
    public DateOnly? PayBy { get; init; }

    /// <summary>The account was not to be dunned when the last refusal was booked: nothing follows until its tags change.</summary>
    public bool IsLetBe { get; init; }

    /// <summary>The plan of a collection that begins. Everything since the invoice was issued counts.</summary>
    /// <param name="policy">In force now: the collection keeps it.</param>
    public static DunningPlan Begin(Guid invoiceId, string accountId, DateTimeOffset issuedAt, DunningPolicy policy, DateTimeOffset now) => new()
    {
        InvoiceId = invoiceId,
        AccountId = accountId,
        Policy = policy,
        StartedAt = now,
        CountsFrom = issuedAt,
        Overdue = OverdueState.None
    };
}

sealed class DunningPlanMap : IEntityTypeConfiguration<DunningPlan>
{
    public void Configure(EntityTypeBuilder<DunningPlan> plan)
    {
        plan.ToTable("DunningPlan");
        plan.HasKey(x => x.InvoiceId);      // one collection an invoice
        plan.Property(x => x.InvoiceId).ValueGeneratedNever();
        plan.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        plan.Property(x => x.Policy).HasConversion(Json.Converter<DunningPolicy>(), Json.Comparer<DunningPolicy>()).HasMaxLength(2000);
        plan.Property(x => x.Overdue).HasConversion<string>().HasMaxLength(16);
        plan.HasIndex(x => x.AccountId);
    }
}
