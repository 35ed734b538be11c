using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Taxes;

namespace Billing.MonthClose.Books.Previews;

/// <summary>The lines of an account's invoice before their tax, or why there can be none.</summary>
public sealed record DrawnLines(Account Account, InvoiceFacts? Facts, IReadOnlyList<DraftLine> Lines, CannotCloseException? Cannot)
{
    public static DrawnLines Of(Account account, Func<InvoiceFacts> factsOf)
    {
        DrawnLines? drawn = null;
        return Trying(() =>
        {
            var facts = factsOf();
            drawn = new DrawnLines(account, facts, InvoiceDecision.LinesOf(facts), null);
        }) is { } cannot ? new DrawnLines(account, null, [], cannot) : drawn!;
    }

    /// <summary>What is to be taxed; null when nothing is. Nothing is the tax of a line over nothing.</summary>
    public TaxRequest? ToTax => Lines.Any(IsTaxed)
        ? new TaxRequest(Account.AccountId, Account.Currency, TaxParticulars.Of(Account),
            [.. Lines.Where(IsTaxed).Select(line => new TaxableLine(line.TaxCategory!, line.Days.LastDay, line.Amount))])
        : null;

    /// <summary>What becomes of the invoice.</summary>
    /// <param name="answer">To <see cref="ToTax"/>; null when nothing was asked.</param>
    public Drafted Decide(TaxAnswer? answer)
    {
        if ((Cannot ?? Of(answer?.Problem)) is { } problem)
            return new Drafted(Account, null, problem);
        InvoiceDecision? decision = null;
        return Trying(() => decision = InvoiceDecision.Decide(Facts!, answer is null ? Lines : Taxed(answer))) is { } cannot
            ? new Drafted(Account, null, cannot) : new Drafted(Account, decision, null);
    }

    static bool IsTaxed(DraftLine line) => line.TaxCategory is not null && line.Amount != 0;

    List<DraftLine> Taxed(TaxAnswer answer)
    {
        var taxes = new Queue<LineTax>(answer.Lines);
        return [.. Lines.Select(line => IsTaxed(line) ? line with { Tax = taxes.Dequeue() } : line)];
    }

    static CannotCloseException? Of(TaxProblem? problem) => problem is null ? null : new CannotCloseException(problem.ReasonCode, problem.Reason);

    static CannotCloseException? Trying(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (CannotCloseException cannot)
        {
            return cannot;
        }
        catch (Exception failure) when (failure is ArithmeticException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            return new CannotCloseException("InvoiceFailed", $"Its invoice could not be computed: {failure.Message}");
        }
    }
}
