namespace Billing.MonthClose.Books.Papers;

/// <summary>What a paper is of. The number is part of the addresses that customers have: it is never given anew.</summary>
public enum PaperKind : byte
{
    Invoice = 1,
    CreditNote = 2
}
