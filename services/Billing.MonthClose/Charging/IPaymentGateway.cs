namespace Billing.MonthClose.Charging;

/// <summary>The other side of a charge. It never throws for what a gateway may do: every road is an answer with a name.</summary>
public interface IPaymentGateway
{
    /// <summary>Asks for the money. The charge's id is the idempotency key, so the same charge may be asked for again.</summary>
    Task<GatewayAnswer> ChargeAsync(GatewayCharge charge, CancellationToken cancellationToken);

    /// <summary>Asks what became of a charge, by our own id. It never charges. Null when the gateway never saw it.</summary>
    Task<GatewayAnswer?> FindAsync(GatewayCharge charge, CancellationToken cancellationToken);

    /// <summary>Gives money of a succeeded charge back. The refund's id is the idempotency key, so the same refund may be asked for again.</summary>
    Task<GatewayAnswer> RefundAsync(GatewayRefund refund, CancellationToken cancellationToken);

    /// <summary>Asks what became of a refund, by our own id. It never refunds. Null when the gateway never saw it.</summary>
    Task<GatewayAnswer?> FindRefundAsync(GatewayRefund refund, CancellationToken cancellationToken);
}

/// <param name="Amount">In the currency's major unit.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Period">The invoice's month; told to the gateway so that its record can be read by month.</param>
public sealed record GatewayCharge(Guid ChargeId, string AccountId, decimal Amount, string Currency, string PaymentMethod, string Period);

/// <param name="GatewayReference">The gateway's own id of the payment that is given back.</param>
/// <param name="Amount">In the currency's major unit; at most what is left of the charge.</param>
/// <param name="Currency">ISO 4217; the charge's.</param>
public sealed record GatewayRefund(Guid RefundId, Guid ChargeId, string GatewayReference, decimal Amount, string Currency);

public abstract record GatewayAnswer
{
    GatewayAnswer() { }

    /// <summary>The money was taken.</summary>
    public sealed record Succeeded(string Reference) : GatewayAnswer;

    /// <summary>The customer's bank said no; no money moved. A hard decline is final for this payment method.</summary>
    public sealed record Declined(string Code, bool Hard) : GatewayAnswer;

    /// <summary>We do not know: a timeout, a lost connection, a 5xx after sending.</summary>
    public sealed record Unknown(string Reason) : GatewayAnswer;

    /// <summary>The gateway refused the request itself; no money moved, and asking again will not help until someone acts.</summary>
    public sealed record Refused(string Code, string Reason) : GatewayAnswer;
}
