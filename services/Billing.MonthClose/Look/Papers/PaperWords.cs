using Billing.MonthClose.Books.Papers;

namespace Billing.MonthClose.Look.Papers;

/// <summary>The words on a paper. Another language is another value of this.</summary>
sealed record PaperWords
{
    public static PaperWords English { get; } = new();

    /// <summary>As BCP 47 names it.</summary>
    public string Language { get; init; } = "en";

    public string Invoice { get; init; } = "Invoice";
    public string CreditNote { get; init; } = "Credit note";
    public string BilledTo { get; init; } = "Billed to";
    public string Number { get; init; } = "Number";
    public string Issued { get; init; } = "Issued";
    public string Period { get; init; } = "Period";
    public string DaysOf { get; init; } = "Time zone";
    public string Due { get; init; } = "Due";
    public string Account { get; init; } = "Account";
    public string Replaces { get; init; } = "In place of";
    public string Corrects { get; init; } = "Corrects";
    public string Description { get; init; } = "Description";
    public string Quantity { get; init; } = "Quantity";
    public string UnitPrice { get; init; } = "Unit price";
    public string Tax { get; init; } = "Tax";
    public string Amount { get; init; } = "Amount";
    public string Net { get; init; } = "Net";
    public string Total { get; init; } = "Total";
    public string CreditUsed { get; init; } = "Credit used";
    public string AmountDue { get; init; } = "Amount due";
    public string Of { get; init; } = "of";
    public string Includes { get; init; } = "includes";
    public string PayTo { get; init; } = "Pay to";
    public string Reason { get; init; } = "Reason";
    public string NothingDue { get; init; } = "There is nothing to pay.";
    public string BecomesCredit { get; init; } = "There is nothing to pay. The total becomes credit for other invoices.";
    public string IsCharged { get; init; } = "It is charged to the payment method that we have of you: there is nothing to do.";
    public string StandsOnLater { get; init; } = "It is too small to be charged, and stands on your next invoice: there is nothing to do.";
    public string Reduced { get; init; } = "Taken off what is open of the invoice";
    public string Refunded { get; init; } = "Paid back to the payment method";
    public string Credited { get; init; } = "Credit for other invoices";
    public string Outside { get; init; } = "Paid back another way";

    public string AsItWasIssued { get; init; } = "The invoice as it was issued";

    /// <summary>Of the number of an invoice.</summary>
    public Func<string, string> IsVoid { get; init; } = number => $"{number} is void: it was taken back, and is not to be paid.";

    /// <summary>Of the day, as it is printed, and the number of the invoice.</summary>
    public Func<string, string, string> PayBy { get; init; } = (day, number) => $"To be paid by {day}. Please name {number} when you transfer it.";

    public Func<int, int, string> Page { get; init; } = (number, count) => FormattableString.Invariant($"page {number} of {count}");

    public string TitleOf(PaperKind kind) => kind == PaperKind.CreditNote ? CreditNote : Invoice;
}
