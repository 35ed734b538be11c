namespace Billing.SimulatedGateway.Recording;

/// <summary>What was captured, counted and added up by currency.</summary>
public sealed record RecordTotals
{
    public required CurrencyTotal[] Totals { get; init; }

    /// <summary>Charges that were captured more than once: always 0 when the caller does its work.</summary>
    public required int ChargedTwice { get; init; }

    public static RecordTotals Of(IEnumerable<PaymentEntry> captures)
    {
        var known = captures.ToList();
        return new RecordTotals
        {
            Totals = [.. known.GroupBy(entry => entry.Currency)
                .Select(group => new CurrencyTotal(group.Key, group.Count(), group.Sum(entry => entry.Amount)))
                .OrderBy(total => total.Currency, StringComparer.Ordinal)],
            ChargedTwice = known.Where(entry => entry.ChargeId is not null).GroupBy(entry => entry.ChargeId).Count(group => group.Skip(1).Any())
        };
    }
}

/// <summary>The sum of the captures in one currency, in its minor unit.</summary>
public sealed record CurrencyTotal(string Currency, int Captures, long Amount);
