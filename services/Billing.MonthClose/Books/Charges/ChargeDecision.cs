using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Collect.Collecting;

namespace Billing.MonthClose.Books.Charges;

/// <summary>What is true now, read under the account's lock.</summary>
public sealed record ChargeFacts
{
    public required ExpectedCharge Expected { get; init; }
    public required Invoice Invoice { get; init; }
    public required AccountBalance Balance { get; init; }
    public required Account Account { get; init; }
    public required DateOnly Today { get; init; }
    public required DateTimeOffset Now { get; init; }
    public decimal GatewayMinimum { get; init; }

    /// <summary>What the gateway takes is a multiple of it, in the currency's major unit; 0 when any amount can be told.</summary>
    public decimal GatewayStep { get; init; }

    /// <summary>Attempts for this invoice that were made before.</summary>
    public int EarlierAttempts { get; init; }

    /// <summary>Charges of the account in the last 24 hours, for whichever invoice.</summary>
    public int ChargesInLastDay { get; init; }

    public int MaxChargesPerDay { get; init; } = 15;

    /// <summary>The class of drift for which the reconciler parked the account; null when its books agree.</summary>
    public string? UnderReview { get; init; }
}

/// <summary>Charge, or do nothing for a reason that has a name.</summary>
public abstract record ChargeDecision
{
    ChargeDecision() { }

    /// <summary>Ask the gateway for the amount.</summary>
    /// <param name="Reduced">Less is owed than was expected.</param>
    /// <param name="Drift">How much more the account owes than the invoice; reported, not charged.</param>
    public sealed record Ask(decimal Amount, string PaymentMethod, int Attempt, bool Reduced, decimal Drift) : ChargeDecision;

    /// <summary>No charge, and that is well.</summary>
    public sealed record Skip(CloseOutcome Outcome) : ChargeDecision;

    /// <summary>There is nothing to charge with; known without asking the gateway, and final like a hard decline.</summary>
    public sealed record NoPaymentMethod(decimal Amount, int Attempt) : ChargeDecision;

    public const string PaymentMethodMissing = "payment_method_missing";

    /// <exception cref="CannotCloseException">What was believed and what is true do not fit together, or a loop was stopped.</exception>
    public static ChargeDecision Decide(ChargeFacts facts)
    {
        var (expected, invoice) = (facts.Expected, facts.Invoice);
        if (expected.Currency != invoice.Currency || facts.Balance.Currency != invoice.Currency)
            throw new CannotCloseException("CurrencyMismatch",
                $"Invoice {invoice.Number} is in {invoice.Currency}; the charge was asked for in {expected.Currency} and the account's balance is in "
                    + $"{facts.Balance.Currency}.");
        if (expected.AmountDue > invoice.AmountDue)
            throw new CannotCloseException("AmountMismatch",
                $"Invoice {invoice.Number} asks for {invoice.AmountDue} {invoice.Currency}; a charge of {expected.AmountDue} was asked for as of "
                    + $"{expected.AsOf:u}.");
        if (expected.InvoiceVersion > invoice.Version)
            throw new CannotCloseException("VersionMismatch",
                $"Invoice {invoice.Number} is at version {invoice.Version}; a charge was asked for by its version {expected.InvoiceVersion}. Were the books "
                    + $"brought back from a backup?");
        if (invoice.WhyNotReadAt(expected.AsOf, facts.Now) is { } when)
            throw new CannotCloseException("AsOfMismatch",
                $"A charge of invoice {invoice.Number} was asked for as of {expected.AsOf:u}; expected {when}.");
        if (expected.InvoiceVersion == invoice.Version && invoice.Status == InvoiceStatus.Open && expected.AmountDue != invoice.Open)
            throw new CannotCloseException("AmountMismatch",
                $"Version {invoice.Version} of invoice {invoice.Number} has {invoice.Open} {invoice.Currency} open; a charge of {expected.AmountDue} was "
                    + $"asked for by that version.");

        // The balance is the judge: what was paid or credited since the invoice was issued has lowered it.
        var owed = Math.Min(invoice.Open, facts.Balance.Owed);
        if (owed <= 0)
            return new Skip(CloseOutcome.AlreadyPaid);
        if (facts.Account.ChargesOff is { } tag)
            return new Skip(tag switch
            {
                ControlTags.WrittenOff => CloseOutcome.WrittenOff,
                ControlTags.AutoPayOff => CloseOutcome.AutoPayOff,
                _ => CloseOutcome.ManualPayment
            });
        if (facts.Account.IsClosedOn(facts.Today))
            return new Skip(CloseOutcome.AccountClosed);

        var amount = Math.Min(owed, expected.AmountDue);
        if (amount < facts.GatewayMinimum)
            return new Skip(CloseOutcome.CarriedForward);
        if (facts.GatewayStep > 0 && amount % facts.GatewayStep != 0)
            throw new CannotCloseException("AmountCannotBeTold",
                $"{amount} {invoice.Currency} of invoice {invoice.Number} cannot be told to the gateway, which takes multiples of {facts.GatewayStep}.");
        if (facts.UnderReview is { } drift)
            throw new CannotCloseException(CannotCloseException.UnderReview,
                $"The books of account {invoice.AccountId} do not agree ({drift}, see api/reconciliation); nothing is charged until a person has looked.");
        if (facts.ChargesInLastDay >= facts.MaxChargesPerDay)
            throw new CannotCloseException("TooManyCharges",
                $"{facts.ChargesInLastDay} charges in the last 24 hours; at most {facts.MaxChargesPerDay} are allowed. Something asks again and again: find "
                    + $"it before unparking.");

        var attempt = facts.EarlierAttempts + 1;
        return facts.Account.PaymentMethod is { Length: > 0 } method
            ? new Ask(amount, method, attempt, Reduced: amount < expected.AmountDue, Drift: Math.Max(0, facts.Balance.Owed - invoice.AmountDue))
            : new NoPaymentMethod(amount, attempt);
    }
}
