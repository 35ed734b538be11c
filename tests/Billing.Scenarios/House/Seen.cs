namespace Billing.Scenarios.House;

/// <summary>How far the run has come, as HTTP tells.</summary>
sealed record RunSeen
{
    public string State { get; init; } = "";
    public required int Accounts { get; init; }
    public required Dictionary<string, int> Steps { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>What the gateway has taken by then.</summary>
    public int Captures { get; init; }

    public bool HasEnded => CompletedAt is not null;
    public int Pending => Steps["Pending"];

    /// <summary>Invoiced, and whatever comes after it.</summary>
    public int Invoiced => Steps["Invoiced"] + Answered;

    /// <summary>Whose charge is answered and booked.</summary>
    public int Answered => Steps["Booked"] + Closed;

    public int Closed => Steps["Closed"];

    public override string ToString() =>
        $"{State}: {Accounts} accounts, {Invoiced} invoiced, {Captures} captured, {Answered} answered, {Closed} closed{(HasEnded ? ", ended" : "")}";
}

sealed record BooksSeen
{
    public required int Accounts { get; init; }
    public required int Closed { get; init; }
    public required int Parked { get; init; }
    public required int Held { get; init; }
    public required int Unknown { get; init; }
    public required AmountSeen[] Invoiced { get; init; }
    public required AmountSeen[] Collected { get; init; }
    public required DifferenceSeen[] Differences { get; init; }

    public override string ToString() =>
        $"{Closed} closed, {Parked} parked, {Unknown} unknown, differences: {string.Join("; ", Differences.Take(5).Select(x => x.ToString()))}";
}

sealed record AmountSeen(string Currency, decimal Amount);

sealed record DifferenceSeen(string Kind, string AccountId, string Detail);

sealed record BacklogSeen(long Queued, long Collected, long Sending);

sealed record TotalsSeen(TotalSeen[] Totals);

sealed record TotalSeen(int Captures);
