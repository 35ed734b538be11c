namespace Billing.MonthClose.Books.Papers;

/// <summary>How what is due on an invoice was to be paid when it was issued.</summary>
public enum PaymentWay
{
    /// <summary>Nothing is due.</summary>
    Nothing,

    /// <summary>We charge it.</summary>
    Charge,

    /// <summary>The customer transfers it.</summary>
    Transfer,

    /// <summary>It is too small to be charged, and stands on a later invoice.</summary>
    LaterInvoice
}
