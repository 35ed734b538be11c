using Billing.Hosting.Texts;
using Billing.SeatRefresh.Members;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Subscriptions;

namespace Billing.SeatRefresh.Walking;

/// <summary>A person whom the last count and this one see differently, and what is known of him now.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Came">Counted now and not before; otherwise the other way round.</param>
/// <param name="NamespaceId">The membership that gives, or gave, the seat.</param>
/// <param name="Reach">How the subscription reaches that namespace now: see the constants.</param>
/// <param name="Role">Null when there is no such membership any more.</param>
/// <param name="State">Of the membership.</param>
/// <param name="Raised">By a custom role.</param>
/// <param name="Bot">Of the membership, or everywhere.</param>
/// <param name="Blocked">Everywhere.</param>
/// <param name="Banned">In the root namespace.</param>
/// <param name="RecordedAt">When the membership was first recorded.</param>
sealed record PersonSeen(
    string UserId, bool Came, string NamespaceId, int Reach, string? Role, string? State, bool Raised, bool Bot, bool Blocked, bool Banned,
        DateTimeOffset? RecordedAt)
{
    public const int Nowhere = 0;
    public const int Tree = 1;

    /// <summary>Only by a group that is invited, or one above it.</summary>
    public const int Invited = 2;

    /// <summary>By an invitation that was taken back.</summary>
    public const int WasInvited = 3;
}

/// <summary>Why a count comes to something else than what is stored: the rule that made the difference, and for whom.</summary>
static class DifferenceReason
{
    public const int Longest = 1000;

    /// <summary>People named for each rule; the others are a number.</summary>
    const int Named = 5;

    public static string Of(Subscription stored, SeatCount counted, bool billable, IReadOnlyList<PersonSeen> people, int inSnapshot)
    {
        if (stored.LastSeatRefreshAt is not { } last)
            return "never counted";
        var reasons = people.GroupBy(person => RuleOf(person, stored, last)).OrderBy(rule => rule.Key, StringComparer.Ordinal)
            .Select(rule => $"{rule.Key}: {Names([.. rule.Select(person => person.UserId).Order(StringComparer.Ordinal)])}").ToList();
        if (inSnapshot != stored.SeatsInUse)
            reasons.Add($"stored figure: {stored.SeatsInUse} in use, {inSnapshot} in the snapshot of the count");
        if (stored.CountedSeats != stored.Seats)
            reasons.Add($"seats bought: {stored.CountedSeats} then, {stored.Seats} now");
        if (counted.MaxUsed < stored.MaxSeatsUsed)
            reasons.Add("new term: the mark begins anew");
        if (billable != stored.SeatsOwed > 0 && !billable)
            reasons.Add("not billable: nothing is owed");
        if (reasons.Count == 0)
            reasons.Add("stored figure: the members have not changed, the mark or what is owed does not follow from them");
        return string.Join("; ", reasons).ShortenedTo(Longest);
    }

    static string RuleOf(PersonSeen person, Subscription stored, DateTimeOffset last) => person switch
    {
        { Came: false, Blocked: true } => "blocked",
        { Came: false, Bot: true } => "bot",
        { Came: false, Banned: true } => "banned",
        { Came: false, Reach: PersonSeen.Nowhere } => "tree",
        { Came: false, Reach: PersonSeen.WasInvited } => "invited group",
        { Came: false, State: not Membership.Active } => $"membership {person.State ?? "gone"}",
        { Came: false } when stored.GuestsAreFree => "guest",
        { Came: false } => "stored snapshot",
        { RecordedAt: { } at } when at > last => "joined since",
        { Reach: PersonSeen.Invited } => "invited group",
        { Reach: PersonSeen.Tree } when person.NamespaceId != stored.NamespaceId => "tree",
        { Raised: true } when stored.GuestsAreFree => "guest raised",
        _ => "membership active again"
    };

    static string Names(List<string> users) =>
        users.Count <= Named ? string.Join(", ", users) : $"{string.Join(", ", users.Take(Named))} and {users.Count - Named} more";
}
