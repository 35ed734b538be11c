namespace Billing.MonthClose.Books.Accounts;

/// <summary>What an operator switched off for one account. Each is read again, under the account's lock, at the moment of the act that it forbids.</summary>
[Flags]
public enum ControlTags
{
    None = 0,

    /// <summary>Nothing is charged.</summary>
    AutoPayOff = 1,

    /// <summary>No month is invoiced. What is used stands on the first invoice after the tag is taken off.</summary>
    AutoInvoicingOff = 2,

    /// <summary>No hold is placed and no overdue state moves, whatever is refused. Dated tries are still made.</summary>
    NoDunning = 4,

    /// <summary>Paid by transfer: invoiced, and never charged.</summary>
    ManualPay = 8,

    /// <summary>The customer is given up: nothing is charged any more, and nothing is enforced.</summary>
    WrittenOff = 16
}
