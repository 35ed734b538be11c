namespace Billing.Scenarios.House;

/// <summary>Messages over twenty workspaces that left under a limit, as their receiver saw them; one of the workspaces owns nine tenths.</summary>
/// <param name="Count">Sent.</param>
/// <param name="Arrived">In the order of their times.</param>
sealed record UnderLimit(int Count, IReadOnlyList<Arrived> Arrived)
{
    public const int Workspaces = 20;

    /// <summary>Of sending all of them.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Place of each workspace's first message.</summary>
    public Dictionary<string, int> Places { get; } = Arrived.FirstPlaces();

    /// <summary>Jain's index while all have something to send: two thirds of what the small ones have.</summary>
    public double Fairness => Arrived.Take(Workspaces * (Count / 10 / (Workspaces - 1)) * 2 / 3).JainsIndex(Places.Keys);

    public override string ToString() =>
        $"{Arrived.Count} of {Count} arrived, at most {Arrived.MostInAnySecond()} in any second; last first message in place {Places.Values.Max()}; Jain's index {Fairness:0.000}";

    public static async Task<UnderLimit> SendEmailsAsync(SendingHouse house, int count, int perSecond, Func<int, Task>? meanwhile = null)
    {
        await house.StoreEmailsAsync(Owned(count));
        await house.LetGoAsync("Email", perSecond);
        if (meanwhile is not null)
            await meanwhile(count);
        await house.CountsBecomeAsync("Email", counts => counts.Sent == count, $"{count} are sent", Limit);
        return new UnderLimit(count, Mails(house));
    }

    public static async Task<UnderLimit> SendSmsAsync(SendingHouse house, int count, int perSecond)
    {
        await house.StoreSmsAsync(Owned(count));
        await house.LetGoAsync("Sms", perSecond);
        await house.CountsBecomeAsync("Sms", counts => counts.Sent == count, $"{count} are sent", Limit);
        return new UnderLimit(count, house.Sms.Taken);
    }

    static List<Arrived> Mails(SendingHouse house) =>
        [.. house.Mail.Taken.Select(mail => new Arrived(mail.To[..mail.To.IndexOf('.', StringComparison.Ordinal)], mail.At)).OrderBy(x => x.At)];

    /// <summary>Nine of ten are of one workspace; the other nineteen have as many each.</summary>
    static IEnumerable<string> Owned(int count) =>
        Enumerable.Range(0, count).Select(at => at % 10 == 0 ? $"w{1 + (at / 10 % (Workspaces - 1)):00}" : "w00");
}
