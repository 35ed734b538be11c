using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Invoices;

namespace Billing.MonthClose.Close.Charging;

/// <summary>What becomes of one expected charge, decided before any gateway is called.</summary>
abstract record ChargeFate
{
    ChargeFate() { }

    /// <summary>What is said of it on the bus, in this order.</summary>
    public IReadOnlyList<object> Says { get; init; } = [];

    /// <summary>The command or the step comes twice: what was decided the first time stands, and what it parked stays parked.</summary>
    public sealed record Repeated : ChargeFate;

    /// <summary>A charge of the invoice is on its way already, or done: never a second one beside it.</summary>
    /// <param name="Booked">The close that has still to hear of it; null when none waits.</param>
    public sealed record InTheWay(AccountClose? Booked) : ChargeFate;

    /// <summary>Written down. The gateway is asked next, unless the account has nothing to charge with.</summary>
    /// <param name="Charge">Pending.</param>
    public sealed record Made(Charge Charge) : ChargeFate
    {
        /// <summary>The gateway took its money before the books were brought back: it is asked what it has, and never for the money.</summary>
        public bool IsForgotten { get; init; }
    }

    /// <summary>No charge, and that is well.</summary>
    /// <param name="Charge">Skipped; its row says why.</param>
    /// <param name="Carried">The invoice that is carried over to the next; null when it is not.</param>
    /// <param name="Booked">The close that ends by it; null when none waits.</param>
    public sealed record Skipped(Charge Charge, Invoice? Carried, AccountClose? Booked) : ChargeFate
    {
        /// <summary>What follows when the account pays by hand; null when it does not.</summary>
        public PlannedPayment? Awaited { get; init; }
    }

    /// <summary>One more try was asked for and may not be made.</summary>
    public sealed record TurnedDown : ChargeFate;

    /// <summary>The close cannot go on until a person says so.</summary>
    /// <param name="Close">Parked, with its reason.</param>
    public sealed record Parked(AccountClose Close) : ChargeFate;
}

/// <param name="Before">The plan as it was; null when none had begun.</param>
/// <param name="Now">What follows.</param>
sealed record PlannedPayment(DunningPlan? Before, AwaitedPayment Now);
