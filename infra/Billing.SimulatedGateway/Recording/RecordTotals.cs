namespace Billing.SimulatedGateway.Recording;

/// <summary>What was captured and what went back, counted and added up by currency.</summary>
public sealed record RecordTotals
{
    public required CurrencyTotal[] Totals { get; init; }

    /// <summary>Charges that were captured more than once: always 0 when the caller does its work.</summary>
    public required int ChargedTwice { get; init; }

    /// <summary>What went back, by currency.</summary>
    public required RefundTotal[] Refunds { get; init; }

    public static RecordTotals Of(IEnumerable<PaymentEntry> captures, IEnumerable<RefundEntry> refunds)
    {
        var known = captures.ToList();
        return new RecordTotals
        {
            Totals = [.. known.GroupBy(entry => entry.Currency)
                .Select(group => new CurrencyTotal(group.Key, group.Count(), group.Sum(entry => entry.Amount)))
                .OrderBy(total => total.Currency, StringComparer.Ordinal)],
            ChargedTwice = known.Where(entry => entry.ChargeId is not null).GroupBy(entry => entry.ChargeId).Count(group => group.Skip(1).Any()),
            Refunds = [.. refunds.Where(entry => entry.IsRefunded).GroupBy(entry => entry.Currency)
                .Select(group => new RefundTotal(group.Key, group.Count(), group.Sum(entry => entry.Amount)))
                .OrderBy(total => total.Currency, StringComparer.Ordinal)]
        };
    }
}

/// <summary>The sum of the captures in one currency, in its minor unit.</summary>
public sealed record CurrencyTotal(string Currency, int Captures, long Amount);

/// <summary>The sum of the refunds in one currency, in its minor unit.</summary>
public sealed record RefundTotal(string Currency, int Refunds, long Amount);
