using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Refunds;

namespace Billing.MonthClose.Correct.Corrections;

/// <summary>What is left of an invoice line after earlier credit notes, or what a new one takes back of it; tax included.</summary>
public readonly record struct LinePart(int Position, decimal Amount);

/// <summary>An invoice line and what credit notes have taken back of it, in the currency's major unit; tax included, and the tax by itself.</summary>
public readonly record struct CreditedSoFar(int Position, decimal Gross, decimal Tax, decimal TakenGross, decimal TakenTax)
{
    public LinePart Left => new(Position, Gross - TakenGross);

    /// <summary>
    /// The tax in what a new note takes back. It is rounded over all notes together: they never give back more than was asked for, and with the last of the
    /// line goes the last of its tax.
    /// </summary>
    // line   23.80, tax 3.80      notes    7.93      7.93      7.94
    //        tax in all of it so far       1.27      2.53      3.80       of each: 1.27, 1.26, 1.27
    public decimal TaxOf(decimal part, string currency) =>
        Gross == 0 ? 0 : Currencies.Round(Tax * (TakenGross + part) / Gross, currency) - TakenTax;
}

/// <summary>What a credit note follows from.</summary>
public sealed record CreditNoteFacts
{
    public required Invoice Invoice { get; init; }
    public required decimal Amount { get; init; }

    /// <summary>What earlier credit notes left of each line.</summary>
    public required IReadOnlyList<LinePart> Left { get; init; }

    /// <summary>What is to be taken back of which line; null for all of them, pro rata.</summary>
    public IReadOnlyList<LinePart>? Lines { get; init; }

    public decimal? Refund { get; init; }
    public decimal? AccountCredit { get; init; }
    public decimal? Outside { get; init; }

    /// <summary>What the gateway can still give back of the invoice's charge.</summary>
    public decimal Refundable { get; init; }

    /// <summary>What the gateway takes and gives back is a multiple of it, in the currency's major unit; 0 when it may be any amount.</summary>
    public decimal GatewayStep { get; init; }

    /// <summary>A refund of the same charge that is not known to have ended.</summary>
    public bool RefundUnderWay { get; init; }
}

/// <summary>A credit note, or why there is none. Reduced + refund + credit + outside is the amount, exactly, and so is the sum of the lines.</summary>
public abstract record CreditNoteDecision
{
    CreditNoteDecision() { }

    /// <param name="Reduced">Off the open amount, before anything else.</param>
    public sealed record Issue(decimal Reduced, decimal Refund, decimal AccountCredit, decimal Outside, IReadOnlyList<LinePart> Lines) : CreditNoteDecision;

    public sealed record Refuse(Refusal Refusal) : CreditNoteDecision;

    public static CreditNoteDecision Decide(CreditNoteFacts facts)
    {
        var (invoice, amount) = (facts.Invoice, facts.Amount);
        if (invoice.Status is InvoiceStatus.Voided or InvoiceStatus.WrittenOff)
            return No("InvoiceNumber", invoice.Number, $"an invoice that is not {(invoice.Status == InvoiceStatus.Voided ? "voided" : "written off")}");
        if (invoice.CarriedTo is not null)
            return No("InvoiceNumber", invoice.Number, "the later invoice on which its amount stands");
        var left = facts.Left.Sum(line => line.Amount);
        if (amount > left)
            return No("Amount", amount, $"at most {Text(invoice, left)}: the invoice's total of {Text(invoice, invoice.Total)} less what earlier credit "
                + $"notes took back");
        if (LinesOf(facts, left) is not { } lines)
            return No("Lines", string.Join(", ", facts.Lines!.Select(line => $"{line.Position}: {line.Amount}")),
                $"lines of the invoice, each once and with at most what is left of it, that add up to {amount}");

        var reduced = Math.Min(amount, invoice.Owed);
        if (facts.GatewayStep > 0 && invoice.Owed % facts.GatewayStep == 0 && reduced % facts.GatewayStep != 0)
            return No("Amount", amount, $"an amount that leaves a multiple of {Text(invoice, facts.GatewayStep)} open, which is what the gateway can charge");
        var excess = amount - reduced;
        var (refund, credit, outside) = (facts.Refund, facts.AccountCredit, facts.Outside) is (null, null, null)
            ? (0m, excess, 0m)
            : (facts.Refund ?? 0, facts.AccountCredit ?? 0, facts.Outside ?? 0);
        if (refund + credit + outside != excess)
            return No("Refund + AccountCredit + Outside", refund + credit + outside,
                $"{Text(invoice, excess)}, the excess: {Text(invoice, invoice.Owed)} of the invoice is open, so {Text(invoice, reduced)} of "
                    + $"{Text(invoice, amount)} is taken off it first");
        if (refund > facts.Refundable)
            return No("Refund", refund, $"at most {Text(invoice, facts.Refundable)}, which is what the gateway took for the invoice and has not given back");
        if (facts.GatewayStep > 0 && refund % facts.GatewayStep != 0)
            return No("Refund", refund, $"a multiple of {Text(invoice, facts.GatewayStep)}, which is what the gateway can give back");
        return refund > 0 && facts.RefundUnderWay
            ? No("Refund", refund, "no refund while another of the same charge is under way; wait until it is known")
            : new Issue(reduced, refund, credit, outside, lines);
    }

    static string Text(Invoice invoice, decimal amount) => Currencies.Text(amount, invoice.Currency);

    static Refuse No(string field, object value, string expected) => new(new Refusal(field, value, expected));

    static IReadOnlyList<LinePart>? LinesOf(CreditNoteFacts facts, decimal left)
    {
        if (facts.Lines is not { } named)
            return Spread(facts.Amount, facts.Left, left, facts.Invoice.Currency);
        var known = facts.Left.ToDictionary(line => line.Position, line => line.Amount);
        var fits = named.Select(line => line.Position).Distinct().Count() == named.Count
            && named.All(line => known.TryGetValue(line.Position, out var rest) && Math.Sign(line.Amount) == Math.Sign(rest)
                && Math.Abs(line.Amount) <= Math.Abs(rest)
                && Currencies.IsWhole(line.Amount, facts.Invoice.Currency));
        return fits && named.Sum(line => line.Amount) == facts.Amount ? named : null;
    }

    /// <summary>
    /// Spreads an amount over lines in the ratio of what is left of them. Where one line ends and the next begins is rounded, not each share: so
    /// the parts add up to the amount, and none is more than is left of its line.
    /// </summary>
    // amount 0                     10.00
    //        |-------|------|------|
    //         3.333.. 3.333  3.333      borders at 3.33, 6.67, 10.00: parts 3.33, 3.34, 3.33
    public static IReadOnlyList<LinePart> Spread(decimal amount, IReadOnlyList<LinePart> left, decimal whole, string currency)
    {
        var scale = Currencies.ToMinor(1, currency);
        var parts = new List<LinePart>(left.Count);
        var (sum, border) = (0m, 0m);
        foreach (var line in left)
        {
            sum += line.Amount;
            // half always up: borders on both sides of zero are then rounded alike
            var next = sum == whole ? amount : Math.Floor(amount * sum / whole * scale + 0.5m) / scale;
            if (next != border)
                parts.Add(new LinePart(line.Position, next - border));
            border = next;
        }

        return parts;
    }
}
