using Billing.Contracts;
using Billing.Hosting.Database;
using Billing.Hosting.Texts;
using Billing.Persistence.Personal;
using Billing.Persistence.Rights;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Subscriptions;

/// <summary>What an account bought for a namespace, as last recorded, and the result of the last count.</summary>
[RowsChange]
public sealed class Subscription
{
    public required string SubscriptionId { get; init; }
    public required string AccountId { get; set; }
    public required string NamespaceId { get; set; }

    /// <summary>In small letters, see <see cref="PlanCode"/>.</summary>
    public required string Plan { get; set; }

    public required int Seats { get; set; }
    public bool Trial { get; set; }

    /// <summary>First day of the term.</summary>
    public required DateOnly TermStart { get; set; }

    /// <summary>Last day of the term.</summary>
    public required DateOnly TermEnd { get; set; }

    /// <summary>The end of a trial was recorded since the last count: the next one begins a new high-water mark.</summary>
    public bool ResetDue { get; set; }

    /// <summary>Since when it is recorded as a trial; null when it is none. A mark that is older was set while it was paid, and outlives the trial.</summary>
    public DateTimeOffset? TrialSince { get; set; }

    /// <summary>When it ended; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When what was bought changed, by the clock of the sender.</summary>
    public DateTimeOffset? ChangedAt { get; set; }

    /// <summary>The seats bought, as they were at the last count.</summary>
    public int CountedSeats { get; set; }

    public int SeatsInUse { get; set; }
    public int MaxSeatsUsed { get; set; }

    /// <summary>When the high-water mark was set or began anew; null before the first count.</summary>
    public DateTimeOffset? MaxSetAt { get; set; }

    /// <summary>The mark of another term, kept until it is outdone: when a term is corrected, it may turn out to be of this one.</summary>
    public int? OtherMaxUsed { get; set; }

    public DateTimeOffset? OtherMaxSetAt { get; set; }

    public int SeatsOwed { get; set; }

    /// <summary>Counts the changes published, of counts and of what was bought, from 1; 0 before the first.</summary>
    public int Version { get; set; }

    /// <summary>Stamped when a count is done, never when one begins.</summary>
    public DateTimeOffset? LastSeatRefreshAt { get; set; }

    /// <summary>
    /// When the next count is due, an instant; in the order of these the due ones are taken. Null for a subscription that is not billable. While a job has
    /// it, or while it waits after a failure, the end of that.
    /// </summary>
    public DateTimeOffset? NextRefreshAt { get; set; }

    /// <summary>The job that has it, until <see cref="RetryAt"/> at the latest: only who still holds this may save a count.</summary>
    public Guid? Claim { get; set; }

    /// <summary>When it is to be looked at again though nothing is due: the end of a claim, or of the pause after a failure.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    /// <summary>Failures since the last count that was saved.</summary>
    public int Failures { get; set; }

    /// <summary>Why the last try failed; null after one that did not.</summary>
    [Personal(PersonalKind.Quotes)]
    public string? LastError { get; set; }

    /// <summary>Whether its plan has free guests, as configured when it was last recorded or the service started; here so that one query counts many.</summary>
    public bool GuestsAreFree { get; set; }

    /// <summary>Never counted is due before everything else.</summary>
    public static readonly DateTimeOffset Never = DateTimeOffset.UnixEpoch;

    /// <summary>Lets go of it, and says when it is due again.</summary>
    public void Due(bool billable, TimeSpan maxAge)
    {
        NextRefreshAt = billable ? LastSeatRefreshAt + maxAge ?? Never : null;
        (Claim, RetryAt, Failures, LastError) = (null, null, 0, null);
    }

    /// <summary>Lets go of it, and says why it could not be counted, and when it is tried again.</summary>
    public void Failed(string reason, DateTimeOffset again)
    {
        (Claim, RetryAt, NextRefreshAt) = (null, again, again);
        (Failures, LastError) = (Failures + 1, reason.ShortenedTo(LongestReason));
    }

    public const int LongestReason = 1000;

    public Subscription Copy() => (Subscription)MemberwiseClone();

    /// <summary>Where alerts about seats go; nowhere when it is not known.</summary>
    [Personal(PersonalKind.Identity)]
    public string? AlertEmail { get; set; }

    /// <summary>Plan codes mean the same in any case of letters; they are kept and looked for in small ones.</summary>
    public static string PlanCode(string plan) => plan.ToLowerInvariant();

    public Terms Terms => new(Plan, Seats, Trial, TermStart, TermEnd, EndedAt is not null);

    public HighWaterMark Mark
    {
        get => new(MaxSeatsUsed, MaxSetAt) { Other = OtherMaxUsed is { } used ? new(used, OtherMaxSetAt) : null };
        set => (MaxSeatsUsed, MaxSetAt, OtherMaxUsed, OtherMaxSetAt) = (value.MaxUsed, value.SetAt, value.Other?.MaxUsed, value.Other?.SetAt);
    }

    public SeatCount Count => new(CountedSeats, SeatsInUse, MaxSeatsUsed, SeatsOwed);
}

sealed class SubscriptionMap : IEntityTypeConfiguration<Subscription>
{
    public void Configure(EntityTypeBuilder<Subscription> subscription)
    {
        subscription.ToTable("Subscription");
        subscription.HasKey(x => x.SubscriptionId);
        subscription.Property(x => x.SubscriptionId).HasMaxLength(ExternalId.Longest);
        subscription.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        subscription.Property(x => x.NamespaceId).HasMaxLength(ExternalId.Longest);
        subscription.Property(x => x.Plan).HasMaxLength(64);
        subscription.Ignore(x => x.Terms).Ignore(x => x.Count).Ignore(x => x.Mark);
        subscription.HasIndex(x => x.NamespaceId).IsUnique().HasFilter("\"EndedAt\" IS NULL");      // one for each namespace at a time
        subscription.Property(x => x.LastError).HasMaxLength(Subscription.LongestReason);
        subscription.Property(x => x.AlertEmail).IsSealed();
        subscription.HasIndex(x => x.NextRefreshAt).HasFilter("\"NextRefreshAt\" IS NOT NULL");    // the order in which the due ones are taken
        subscription.HasIndex(x => x.RetryAt).HasFilter("\"RetryAt\" IS NOT NULL");                // few: under way, or failing
        subscription.HasIndex(x => x.LastSeatRefreshAt);
        subscription.HasIndex(x => x.AccountId);
        subscription.HasIndex(x => x.Claim).HasFilter("\"Claim\" IS NOT NULL");
    }
}
