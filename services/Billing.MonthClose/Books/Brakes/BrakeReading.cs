using System.Globalization;

namespace Billing.MonthClose.Books.Brakes;

/// <summary>The brakes in force: what a person set, else the settings. Null: that brake is off.</summary>
public sealed record BrakeLimits
{
    public decimal? FailedShare { get; init; }
    public required int FailedAfter { get; init; }
    public decimal? UnknownCharges { get; init; }
    public decimal? Change { get; init; }
    public required int ChangeAfter { get; init; }

    /// <summary>By currency, in its major unit.</summary>
    public required IReadOnlyDictionary<string, decimal> Amount { get; init; }

    public decimal? Drifts { get; init; }

    public static BrakeLimits Of(BrakesOptions options, IReadOnlyCollection<Brake> set)
    {
        decimal? Of(string name, decimal? otherwise) => set.FirstOrDefault(brake => brake.Name == name) is { } told ? told.Limit : otherwise;
        var amounts = new Dictionary<string, decimal>(options.Amount, StringComparer.Ordinal);
        foreach (var told in set.Where(brake => brake.Name == BrakeName.Amount))
        {
            amounts.Remove(told.Currency);
            if (told.Limit is { } limit)
                amounts[told.Currency] = limit;
        }

        return new BrakeLimits
        {
            FailedShare = Of(BrakeName.FailedShare, options.FailedShare),
            FailedAfter = options.FailedAfter,
            UnknownCharges = Of(BrakeName.UnknownCharges, options.UnknownCharges),
            Change = Of(BrakeName.Change, options.Change),
            ChangeAfter = options.ChangeAfter,
            Amount = amounts,
            Drifts = Of(BrakeName.Drifts, options.Drifts)
        };
    }
}

/// <summary>What the brakes look at, since the run began. A run that was resumed is judged by what came after.</summary>
public sealed record BrakeReading
{
    /// <summary>Accounts that were parked, or whose charge was answered and not paid.</summary>
    public int Failed { get; init; }

    /// <summary>Accounts whose charge was paid.</summary>
    public int Collected { get; init; }

    /// <summary>Charges with an unknown outcome.</summary>
    public int UnknownCharges { get; init; }

    /// <summary>Drifts that were found since the run began, and are not ended.</summary>
    public int Drifts { get; init; }

    /// <summary>Collected by currency, in its major unit.</summary>
    public IReadOnlyDictionary<string, decimal> Amount { get; init; } = new Dictionary<string, decimal>();

    /// <summary>By currency: what was invoiced, beside the month before.</summary>
    public IReadOnlyDictionary<string, ComparedMoney> Compared { get; init; } = new Dictionary<string, ComparedMoney>();

    /// <summary>What came after another reading. What went away meanwhile counts as nothing.</summary>
    public BrakeReading Since(BrakeReading? from) => from is null ? this : this with
    {
        Failed = Math.Max(0, Failed - from.Failed),
        Collected = Math.Max(0, Collected - from.Collected),
        UnknownCharges = Math.Max(0, UnknownCharges - from.UnknownCharges),
        Drifts = Math.Max(0, Drifts - from.Drifts),
        Amount = Amount.ToDictionary(money => money.Key, money => Math.Max(0, money.Value - from.Amount.GetValueOrDefault(money.Key))),
        Compared = Compared.ToDictionary(money => money.Key, money => money.Value.Since(from.Compared.GetValueOrDefault(money.Key)))
    };

    /// <summary>How far each brake that is set is from tripping, in the order of their names.</summary>
    public IEnumerable<BrakeState> Against(BrakeLimits limits)
    {
        if (limits.FailedShare is { } share)
            yield return new BrakeState(BrakeName.FailedShare, null, share, FailedShare, Failed + Collected >= limits.FailedAfter,
                string.Create(CultureInfo.InvariantCulture, $"{Failed} of {Failed + Collected} accounts were parked or not paid"));
        if (limits.UnknownCharges is { } unknown)
            yield return new BrakeState(BrakeName.UnknownCharges, null, unknown, UnknownCharges, true,
                string.Create(CultureInfo.InvariantCulture, $"{UnknownCharges} charges have an unknown outcome"));
        if (limits.Change is { } change)
            foreach (var (currency, money) in Compared.OrderBy(money => money.Key, StringComparer.Ordinal))
                yield return new BrakeState(BrakeName.Change, currency, change, money.Change, money.Accounts >= limits.ChangeAfter,
                    string.Create(CultureInfo.InvariantCulture,
                        $"{money.Accounts} accounts were invoiced {money.Invoiced} {currency}, the month before {money.Before} {currency}"));
        foreach (var (currency, most) in limits.Amount.OrderBy(money => money.Key, StringComparer.Ordinal))
            yield return new BrakeState(BrakeName.Amount, currency, most, Amount.GetValueOrDefault(currency), true,
                string.Create(CultureInfo.InvariantCulture, $"{Amount.GetValueOrDefault(currency)} {currency} were collected"));
        if (limits.Drifts is { } drifts)
            yield return new BrakeState(BrakeName.Drifts, null, drifts, Drifts, true,
                string.Create(CultureInfo.InvariantCulture, $"{Drifts} drifts were found"));
    }

    decimal FailedShare => Failed == 0 ? 0 : decimal.Round((decimal)Failed / (Failed + Collected), 4);
}

/// <param name="Accounts">Accounts that had an invoice the month before.</param>
/// <param name="Invoiced">What they are invoiced now.</param>
/// <param name="Before">What they were invoiced then.</param>
public sealed record ComparedMoney(int Accounts, decimal Invoiced, decimal Before)
{
    /// <summary>As a share of the month before; from nothing to something is all of it.</summary>
    public decimal Change => Before == Invoiced ? 0 : Before == 0 ? 1 : decimal.Round(Math.Abs((Invoiced - Before) / Before), 4);

    public ComparedMoney Since(ComparedMoney? from) =>
        from is null ? this : new ComparedMoney(Accounts - from.Accounts, Invoiced - from.Invoiced, Before - from.Before);
}

/// <param name="Name">One of <see cref="BrakeName"/>.</param>
/// <param name="Currency">Of money; null of everything else.</param>
/// <param name="Limit">Past it the run pauses.</param>
/// <param name="Now">What is measured.</param>
/// <param name="Counts">False while too little was seen for it to mean anything.</param>
/// <param name="InWords">What was seen, for a person.</param>
public sealed record BrakeState(string Name, string? Currency, decimal Limit, decimal Now, bool Counts, string InWords)
{
    public bool Trips => Counts && Now > Limit;
}
