namespace Billing.MonthClose.Gateway;

/// <summary>The other side of a charge. It never throws for what a gateway may do: every road is an answer with a name.</summary>
public interface IPaymentGateway
{
    /// <summary>
    /// Asks for the money, unless <see cref="GatewayCharge.MayAsk"/> forbids it in the last moment. The charge's id is the idempotency key, so the same charge
    /// may be asked for again.
    /// </summary>
    Task<GatewayAnswer> ChargeAsync(GatewayCharge charge, CancellationToken cancellationToken);

    /// <summary>Asks what became of a charge, by our own id. It never charges. Null when the gateway never saw it.</summary>
    Task<GatewayAnswer?> FindAsync(GatewayCharge charge, CancellationToken cancellationToken);

    /// <summary>Gives money of a succeeded charge back. The refund's id is the idempotency key, so the same refund may be asked for again.</summary>
    Task<GatewayAnswer> RefundAsync(GatewayRefund refund, CancellationToken cancellationToken);

    /// <summary>Asks what became of a refund, by our own id. It never refunds. Null when the gateway never saw it.</summary>
    Task<GatewayAnswer?> FindRefundAsync(GatewayRefund refund, CancellationToken cancellationToken);

    /// <summary>Asks what of a payment went back, whoever asked for it. Null when the gateway cannot say.</summary>
    /// <param name="reference">The gateway's own id of the payment.</param>
    /// <param name="cancellationToken">Of the caller.</param>
    Task<MoneyBack?> FindMoneyBackAsync(string reference, CancellationToken cancellationToken);

    /// <summary>Asks for a payment that was captured. Null when the gateway cannot say, or captured none of that id.</summary>
    /// <inheritdoc cref="FindMoneyBackAsync"/>
    Task<GatewayPayment?> FindPaymentAsync(string reference, CancellationToken cancellationToken);
}

/// <param name="ChargeId">Our own id, and the gateway's idempotency key.</param>
/// <param name="AccountId">The customer, and what the gateway is told beside its own id of him.</param>
/// <param name="Amount">In the currency's major unit.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="PaymentMethod">The gateway's name of it.</param>
/// <param name="Period">The invoice's month; told to the gateway so that its record can be read by month.</param>
/// <param name="CreatedAt">When the charge was written down: the gateway cannot have seen it before.</param>
public sealed record GatewayCharge(
    Guid ChargeId, string AccountId, decimal Amount, string Currency, string PaymentMethod, string Period, DateTimeOffset CreatedAt = default)
{
    /// <summary>The gateway's id of the customer; the account's own when it has none.</summary>
    public string? Customer { get; init; }

    /// <summary>
    /// From when on it may not be asked for any more, however long it had to wait for its turn: by then others believe the gateway that it never
    /// was. Null when nobody does.
    /// </summary>
    public DateTimeOffset? AskUntil { get; init; }

    /// <summary>Asked when its turn has come, right before it is sent: whether it is still to be. Null: it is.</summary>
    public Func<CancellationToken, ValueTask<bool>>? MayAsk { get; init; }
}

/// <param name="RefundId">Our own id, and the gateway's idempotency key.</param>
/// <param name="ChargeId">Our own id of the charge that is given back.</param>
/// <param name="GatewayReference">The gateway's own id of the payment that is given back.</param>
/// <param name="Amount">In the currency's major unit; at most what is left of the charge.</param>
/// <param name="Currency">ISO 4217; the charge's.</param>
public sealed record GatewayRefund(Guid RefundId, Guid ChargeId, string GatewayReference, decimal Amount, string Currency);

/// <summary>What the gateway said, or that it said nothing.</summary>
public abstract record GatewayAnswer
{
    GatewayAnswer() { }

    /// <summary>The last HTTP exchange behind it; null when there was none.</summary>
    public GatewayTrace? Trace { get; init; }

    /// <summary>The money was taken.</summary>
    public sealed record Succeeded(string Reference) : GatewayAnswer;

    /// <summary>
    /// The customer's bank said no; no money moved. A hard decline is final for this payment method, or until the customer acts.
    /// </summary>
    public sealed record Declined(string Code, bool Hard) : GatewayAnswer;

    /// <summary>We do not know: a timeout, a lost connection, a 5xx after sending.</summary>
    public sealed record Unknown(string Reason) : GatewayAnswer;

    /// <summary>The gateway refused the request itself; no money moved, and asking again will not help until someone acts.</summary>
    public sealed record Misused(string Code, string Reason) : GatewayAnswer;

    /// <summary>Nothing was sent, or it was turned away at the door: no money moved, and it is our failure, not the customer's.</summary>
    public sealed record NeverReached(string Reason) : GatewayAnswer;

    /// <summary>It was not to be asked for any more when its turn came: nothing was sent.</summary>
    public sealed record NotAsked : GatewayAnswer;

    /// <summary>
    /// The gateway holds another request under our key. What became of that one is not known, and asking again can only hide it: a person looks.
    /// </summary>
    public sealed record KeyMisused(string Reason) : GatewayAnswer;
}

/// <param name="HttpStatus">Null when no status came back.</param>
/// <param name="RequestId">The gateway's own name of the request: what its support asks for.</param>
/// <param name="Tries">Requests that were made, those answered "later" among them.</param>
public sealed record GatewayTrace(int? HttpStatus, string? RequestId, int Tries);
