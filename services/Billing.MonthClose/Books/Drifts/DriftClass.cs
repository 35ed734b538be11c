using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Look.Reconciling.Checks;

namespace Billing.MonthClose.Books.Drifts;

/// <summary>The names of what can be wrong between two records of the same money, and what is done about each unless configured otherwise.</summary>
public static class DriftClass
{
    /// <summary>An issued invoice earned something that the ledger does not have.</summary>
    public const string InvoiceNotInLedger = "invoice-not-in-ledger";

    /// <summary>The lines of an invoice do not add up to its total.</summary>
    public const string InvoiceLinesDiffer = "invoice-lines-differ";

    /// <summary>A charge succeeded, but no money is in the ledger.</summary>
    public const string ChargeNotInLedger = "charge-not-in-ledger";

    /// <summary>A charge and the ledger disagree on how much money came in.</summary>
    public const string LedgerAmountDiffers = "ledger-amount-differs";

    /// <summary>The ledger has money of a charge that did not succeed, or that is not there.</summary>
    public const string LedgerWithoutCharge = "ledger-without-charge";

    /// <summary>The entries of a transaction do not sum to zero.</summary>
    public const string LedgerOutOfBalance = "ledger-out-of-balance";

    /// <summary>The entries of a month that was reconciled no longer add up to what they were then.</summary>
    public const string LedgerMonthChanged = "ledger-month-changed";

    /// <summary>The gateway took the money; here the charge failed, or nobody knows.</summary>
    public const string CapturedNotBooked = "captured-not-booked";

    /// <summary>The gateway took the money of one charge more than once.</summary>
    public const string CapturedTwice = "captured-twice";

    /// <summary>The gateway took money for a charge that is not here.</summary>
    public const string CapturedWithoutCharge = "captured-without-charge";

    /// <summary>The charge succeeded here; the gateway took nothing.</summary>
    public const string BookedNotCaptured = "booked-not-captured";

    /// <summary>The gateway took another amount, or another currency, than is booked.</summary>
    public const string AmountDiffers = "amount-differs";

    /// <summary>The gateway gave money back that is not booked as given back.</summary>
    public const string RefundNotBooked = "refund-not-booked";

    /// <summary>A refund is booked as given back; the gateway did not give it, or took it back.</summary>
    public const string RefundNotGiven = "refund-not-given";

    /// <summary>The gateway gave back another amount, or another currency, than is booked.</summary>
    public const string RefundAmountDiffers = "refund-amount-differs";

    /// <summary>A customer's bank took a payment back, or gave it again, and the books do not have it.</summary>
    public const string DisputeNotBooked = "dispute-not-booked";

    /// <summary>Nobody knows what became of a refund, and the gateway was asked for the last time.</summary>
    public const string RefundUnresolved = "refund-unresolved";

    /// <summary>Nobody knows what became of a charge, and the gateway was asked for the last time.</summary>
    public const string ChargeUnresolved = "charge-unresolved";

    /// <summary>An invoice is open, and was never asked for.</summary>
    public const string InvoiceNotCharged = "invoice-not-charged";

    /// <summary>A charge failed or is unknown, and nobody follows it up.</summary>
    public const string CollectionMissing = "collection-missing";

    /// <summary>A collection waits for a time that has passed, or for facts that are there.</summary>
    public const string CollectionStandsStill = "collection-stands-still";

    /// <summary>A charge is unknown, and nobody asks the gateway about it any more.</summary>
    public const string InquiryStandsStill = "inquiry-stands-still";

    /// <summary>An account is on hold for an invoice that is settled.</summary>
    public const string HoldOnPaidInvoice = "hold-on-paid-invoice";

    /// <summary>The balance of an account is not the sum of its entries.</summary>
    public const string BalanceDiffers = "balance-differs";

    /// <summary>The balance of an account is not what is open on its invoices.</summary>
    public const string OpenInvoicesDiffer = "open-invoices-differ";

    /// <summary>An invoice was sent to the customer, and no letter of it is written down.</summary>
    public const string InvoiceLetterMissing = "invoice-letter-missing";

    /// <summary>The customer had the invoice by mail, and paid it, and no receipt was asked for.</summary>
    public const string ReceiptMissing = "receipt-missing";

    /// <summary>A letter was asked for, and Notification never heard of it.</summary>
    public const string LetterLost = "letter-lost";

    /// <summary>A letter was asked for, and Notification could not write it: the address, or the letter, is wrong, or its provider refuses it.</summary>
    public const string LetterNotWritten = "letter-not-written";

    /// <summary>The state of a run, a collection or a charge inquiry is not what its messages made of it: somebody else changed the row.</summary>
    public const string HistoryDiffers = "history-differs";

    /// <summary>Those that are about the month's money, and not about what followed from it.</summary>
    public static readonly IReadOnlyCollection<string> OfMoney = new HashSet<string>(StringComparer.Ordinal)
    {
        InvoiceLinesDiffer, InvoiceNotInLedger, CapturedNotBooked, CapturedTwice, CapturedWithoutCharge, BookedNotCaptured, AmountDiffers, ChargeNotInLedger,
        RefundNotBooked, RefundNotGiven, RefundAmountDiffers, DisputeNotBooked,
        LedgerWithoutCharge, LedgerAmountDiffers, LedgerOutOfBalance, BalanceDiffers, OpenInvoicesDiffer
    };

    /// <summary>Those that say of an account that its entries cannot be trusted: it is added up from its first entry on, until they are put right.</summary>
    public static readonly IReadOnlyCollection<string> OfEntries = [LedgerMonthChanged, LedgerOutOfBalance, BalanceDiffers];

    /// <summary>In the order in which they are looked for: what a repair brings back is there for the next.</summary>
    public static readonly IReadOnlyDictionary<string, DriftLevel> Levels = new Dictionary<string, DriftLevel>(StringComparer.OrdinalIgnoreCase)
    {
        [InvoiceLinesDiffer] = DriftLevel.Park,
        [InvoiceNotInLedger] = DriftLevel.Repair,
        [CapturedNotBooked] = DriftLevel.Repair,
        [CapturedTwice] = DriftLevel.Park,
        [CapturedWithoutCharge] = DriftLevel.Park,
        [BookedNotCaptured] = DriftLevel.Park,
        [AmountDiffers] = DriftLevel.Park,
        [RefundNotBooked] = DriftLevel.Repair,
        [DisputeNotBooked] = DriftLevel.Repair,
        [RefundNotGiven] = DriftLevel.Park,
        [RefundAmountDiffers] = DriftLevel.Park,
        [ChargeNotInLedger] = DriftLevel.Repair,
        [LedgerWithoutCharge] = DriftLevel.Park,
        [LedgerAmountDiffers] = DriftLevel.Park,
        [LedgerMonthChanged] = DriftLevel.Repair,
        [LedgerOutOfBalance] = DriftLevel.Repair,
        [BalanceDiffers] = DriftLevel.Repair,
        [OpenInvoicesDiffer] = DriftLevel.Park,
        [ChargeUnresolved] = DriftLevel.Report,
        [RefundUnresolved] = DriftLevel.Report,
        [InvoiceNotCharged] = DriftLevel.Repair,
        [CollectionMissing] = DriftLevel.Repair,
        [CollectionStandsStill] = DriftLevel.Repair,
        [InquiryStandsStill] = DriftLevel.Repair,
        [HoldOnPaidInvoice] = DriftLevel.Repair,
        [InvoiceLetterMissing] = DriftLevel.Repair,
        [ReceiptMissing] = DriftLevel.Repair,
        [LetterLost] = DriftLevel.Repair,
        [LetterNotWritten] = DriftLevel.Report,
        [HistoryDiffers] = DriftLevel.Report
    };
}
