using System.Globalization;
using System.Text;
using Billing.SeatRefresh.Seats;

namespace Billing.SeatRefresh.Explaining;

/// <summary>The explanation as one page of plain text.</summary>
static class ExplanationText
{
    public static string Of(SeatExplanation one)
    {
        var page = new StringBuilder(4096);
        var subscription = one.Subscription;
        void Line(string text = "") => page.Append(text.TrimEnd()).Append('\n');
        void Head(string text)
        {
            Line();
            Line(text);
            Line(new string('-', text.Length));
        }

        var title = $"Seats of {subscription.SubscriptionId}: {subscription.MaxSeatsUsed} used of {subscription.Seats} bought, {subscription.SeatsOwed} owed";
        Line(title);
        Line(new string('=', title.Length));
        Line($"account {subscription.AccountId}, namespace {subscription.NamespaceId}, plan {subscription.Plan}{(subscription.Trial ? " on trial" : "")}, "
            + $"term {subscription.TermStart:yyyy-MM-dd} to {subscription.TermEnd:yyyy-MM-dd}"
            + $"{(subscription.EndedAt is { } ended ? $", ended {Time(ended)}" : "")}");
        Line($"in use {subscription.SeatsInUse}, high-water mark {subscription.MaxSeatsUsed}, left {subscription.SeatsRemaining}; "
            + $"{(subscription.LastSeatRefreshAt is { } last ? $"last counted {Time(last)}" : "never counted")}; times are in UTC");

        Head("Who made the high-water mark");
        if (subscription.MarkSetAt is not { } at)
            Line("  nobody yet: it was never counted");
        else
        {
            Line(one.Mark is { } mark
                ? $"  {Time(at)}  {mark.InUse} in use, {mark.PreviousInUse} at the change before; asked for by {mark.ChangedBy}"
                : $"  {Time(at)}  the mark began anew with the same number in use");
            foreach (var taker in one.MadeBy)
                Line($"    {Told(taker)}");
            if (one.OthersAtMark > 0)
                Line($"  beside {one.OthersAtMark} who sat there before:");
            foreach (var taker in one.Others)
                Line($"    {Told(taker)}, first counted {Time(taker.SeenAt)}");
            if (one.OthersAtMark > one.Others.Count)
                Line($"    and {one.OthersAtMark - one.Others.Count} more");
        }

        Head("How it came to that");
        Line($"  {"",3}  {"counted",-19}  {"in use",13}  {"mark",13}  {"bought",13}  {"owed",13}  asked for by");
        foreach (var change in one.History)
            Line($"  {change.Version,3}  {Time(change.ChangedAt)}  {Step(change.PreviousInUse, change.InUse),13}  "
                + $"{Step(change.PreviousMaxUsed, change.MaxUsed),13}  {Step(change.PreviousSeats, change.Seats),13}  "
                + $"{Step(change.PreviousOwed, change.Owed),13}  {change.ChangedBy}{Bought(change)}");
        return page.ToString();
    }

    /// <summary>What was bought, where that is what changed.</summary>
    static string Bought(SeatHistory change)
    {
        (string Name, string Before, string Now)[] all =
        [
            ("plan", change.PreviousPlan, change.Plan), ("trial", Word(change.PreviousTrial), Word(change.Trial)),
            ("term", Term(change.PreviousTermStart, change.PreviousTermEnd), Term(change.TermStart, change.TermEnd)),
            ("ended", Word(change.PreviousEnded), Word(change.Ended))
        ];
        return string.Concat(all.Where(one => one.Before != one.Now).Select(one => $"; {one.Name} {one.Before} -> {one.Now}"));
    }

    static string Term(DateOnly first, DateOnly last) => $"{first:yyyy-MM-dd} to {last:yyyy-MM-dd}";

    static string Word(bool yes) => yes ? "yes" : "no";

    static string Told(SeatTaker taker) =>
        $"{taker.UserId}, {taker.Role} in {taker.NamespaceId}{(taker.MemberSince is { } since ? $" since {Time(since)}" : "")}"
        + $"{(taker.GoneAt is { } gone ? $", gone at the count of {Time(gone)}" : "")}";

    static string Step(int before, int after) => before == after ? $"{after}" : $"{before} -> {after}";

    static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
