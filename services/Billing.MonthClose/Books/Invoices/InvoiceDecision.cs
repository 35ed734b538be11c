using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Seats;
using Billing.MonthClose.Books.Taxes;

namespace Billing.MonthClose.Books.Invoices;

/// <summary>Everything that an invoice follows from, read in one go. Nothing else may change an amount.</summary>
public sealed record InvoiceFacts
{
    public required Account Account { get; init; }
    public required BillingPeriod Period { get; init; }
    public required PriceBook Prices { get; init; }

    /// <summary>The price lists of earlier months, by their number: what came late is priced by the list of its own month.</summary>
    public IReadOnlyDictionary<int, PriceBook> EarlierPrices { get; init; } = new Dictionary<int, PriceBook>();

    /// <summary>The last month that was invoiced before, as 202610; 0 when none was.</summary>
    public int BilledThrough { get; init; }

    /// <summary>The first month that was ever closed here; the invoice's own when it is not told.</summary>
    public BillingPeriod? FirstPeriod { get; init; }

    /// <summary>What was used and not billed yet.</summary>
    public IReadOnlyList<UsageGroup> Usage { get; init; } = [];

    /// <summary>What was used and billed before, of the months of which something came late.</summary>
    public IReadOnlyList<UsageGroup> UsageBefore { get; init; } = [];

    /// <summary>What earlier invoices billed of the months of which something came late.</summary>
    public IReadOnlyList<BilledBefore> Billed { get; init; } = [];

    /// <summary>Levels of all the account's subscriptions up to the end of the period.</summary>
    public IReadOnlyList<SeatLevel> SeatLevels { get; init; } = [];

    /// <summary>The days of the recurring fee when an invoice is computed anew; else they follow from the account.</summary>
    public FeeDays? FeeDaysAnew { get; init; }

    public FeeDays FeeDays => FeeDaysAnew ?? FeeDays.Of(Account, Period, FirstPeriod ?? Period);

    /// <summary>The months before the invoice's own that no invoice has billed.</summary>
    public IEnumerable<BillingPeriod> Skipped
    {
        get
        {
            var first = FirstPeriod ?? Period;
            var begin = BilledThrough > 0 ? BillingPeriod.FromNumber(BilledThrough).Next
                : Account.FeeThrough is { } through ? BillingPeriod.Containing(through.AddDays(1))
                : Account.JoinedOn is { } joined ? BillingPeriod.Containing(joined)
                : Period;
            for (var month = begin < first ? first : begin; month < Period; month = month.Next)
                yield return month;
        }
    }

    /// <summary>The sum of what earlier invoices billed, in the currency's major unit.</summary>
    public decimal BilledOf(LineSource source, string? priceCode, int servicePeriod) =>
        Billed.Where(one => one.Source == source && one.PriceCode == priceCode && one.ServicePeriod == servicePeriod).Sum(one => one.Amount);

    /// <summary>What earlier invoices left for this one, in the currency's major unit.</summary>
    public decimal CarriedForward { get; init; }

    /// <summary>What the customer may use up, in the currency's major unit.</summary>
    public decimal Credit { get; init; }

    /// <summary>The least that the gateway charges in the account's currency, in its major unit.</summary>
    public decimal GatewayMinimum { get; init; }

    /// <summary>What the gateway charges is a multiple of it, in the currency's major unit; 0 when any amount can be charged.</summary>
    public decimal GatewayStep { get; init; }
}

/// <summary>The use of one thing in one period, summed by the database.</summary>
public sealed record UsageGroup
{
    public required string AccountId { get; init; }
    public string? PriceCode { get; init; }
    public required int ServicePeriod { get; init; }
    public string? ResourceId { get; init; }
    public string? Category { get; init; }
    public string? ServiceName { get; init; }
    public string? Sku { get; init; }
    public string? Description { get; init; }
    public required decimal Quantity { get; init; }
    public required long StartedHours { get; init; }

    /// <summary>Sum of costs rated elsewhere; null for use that is priced here.</summary>
    public decimal? Cost { get; init; }

    public required DateOnly FirstDay { get; init; }
    public required DateOnly LastDay { get; init; }
    public required int Records { get; init; }
}

/// <summary>What to put on the account's invoice, and what becomes of it.</summary>
public sealed record InvoiceDecision
{
    /// <summary>Null while a charge is still to be decided.</summary>
    public required CloseOutcome? Outcome { get; init; }

    public required IReadOnlyList<DraftLine> Lines { get; init; }
    public required decimal Total { get; init; }
    public required decimal Carried { get; init; }
    public required decimal CreditApplied { get; init; }

    /// <summary>What is new on it, tax included: its total without what an earlier invoice had already asked for.</summary>
    public decimal Earned => Total - Carried;

    /// <summary>The part of the total that is tax.</summary>
    public decimal Tax => Lines.Sum(line => line.Tax?.Tax ?? 0);
    public decimal AmountDue => Math.Max(0, Total) - CreditApplied;
    public bool IsIssued => Outcome is not (CloseOutcome.NothingToBill or CloseOutcome.AutoInvoicingOff);

    /// <summary>False when the period stays unbilled, for a later invoice.</summary>
    public bool EndsPeriod => Outcome != CloseOutcome.AutoInvoicingOff;

    /// <summary>The last day for which the recurring fee is billed from now on.</summary>
    public required DateOnly FeeThrough { get; init; }

    public InvoiceStatus Status => Outcome switch
    {
        null => InvoiceStatus.Open,
        CloseOutcome.CarriedForward => InvoiceStatus.CarriedForward,
        _ => InvoiceStatus.Paid
    };

    /// <summary>Facts in, decision out.</summary>
    /// <exception cref="CannotCloseException">The account cannot be invoiced as things are; a person has to act.</exception>
    public static InvoiceDecision Decide(InvoiceFacts facts) => Decide(facts, LinesOf(facts));

    /// <summary>The lines before their tax; none when no invoice is to be issued.</summary>
    /// <exception cref="CannotCloseException">The account cannot be invoiced as things are; a person has to act.</exception>
    public static IReadOnlyList<DraftLine> LinesOf(InvoiceFacts facts)
    {
        if (facts.Account.Has(ControlTags.AutoInvoicingOff))
            return [];
        var lines = new List<DraftLine>();
        lines.AddRange(DraftLines.Fee(facts));
        lines.AddRange(DraftLines.Usage(facts));
        lines.AddRange(DraftLines.Seats(facts));
        if (facts.CarriedForward != 0)
            lines.Add(DraftLines.CarriedForward(facts));
        return lines;
    }

    /// <summary>What becomes of the lines, once each has its tax.</summary>
    public static InvoiceDecision Decide(InvoiceFacts facts, IReadOnlyList<DraftLine> drawn)
    {
        if (facts.Account.Has(ControlTags.AutoInvoicingOff))
            return new InvoiceDecision
            {
                Outcome = CloseOutcome.AutoInvoicingOff,
                Lines = [],
                Total = 0,
                Carried = 0,
                CreditApplied = 0,
                FeeThrough = facts.FeeDays.Before
            };
        List<DraftLine> lines = [.. drawn];
        var total = lines.Sum(line => line.Gross);
        var credit = Math.Clamp(facts.Credit, 0, Math.Max(0, total));
        var due = Math.Max(0, total) - credit;
        var carries = due < facts.GatewayMinimum && !facts.Account.Has(ControlTags.ManualPay);
        if (due > 0 && !carries && DraftLines.Rounding(facts, due) is { } rounding)
        {
            lines.Add(rounding);
            (total, due) = (total + rounding.Amount, due + rounding.Amount);
        }

        CloseOutcome? outcome =
            lines.Count == 0 ? CloseOutcome.NothingToBill
            : total == 0 ? CloseOutcome.ZeroTotal
            : total < 0 ? CloseOutcome.Credited
            : due == 0 ? CloseOutcome.CoveredByCredit
            : carries ? CloseOutcome.CarriedForward
            : null;
        return new InvoiceDecision
        {
            Outcome = outcome,
            Lines = lines,
            Total = total,
            Carried = facts.CarriedForward,
            CreditApplied = credit,
            FeeThrough = facts.FeeDays.After
        };
    }
}

/// <summary>An invoice line before it has an invoice.</summary>
public sealed record DraftLine
{
    public required string Kind { get; init; }

    public required LineSource Source { get; init; }

    /// <summary>The month in which it was used, as 202610; of a fee, the month in which its days end.</summary>
    public required int ServicePeriod { get; init; }

    public required string Description { get; init; }
    public Price? Price { get; init; }
    public required decimal Quantity { get; init; }
    public required decimal UnitPrice { get; init; }
    public required DaySpan Days { get; init; }
    public required string Formula { get; init; }

    /// <summary>What the price says, rounded to the currency.</summary>
    public required decimal Amount { get; init; }

    /// <summary>By which rates it is taxed; null for what is no sale: an amount of an earlier invoice, and rounding.</summary>
    public string? TaxCategory { get; init; }

    /// <summary>Null before it is computed, and where there is none.</summary>
    public LineTax? Tax { get; init; }

    /// <summary>What it is in the total: the amount, and the tax that is added to it.</summary>
    public decimal Gross => Amount + (Tax?.Added ?? 0);
}
