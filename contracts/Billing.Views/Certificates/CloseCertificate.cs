namespace Billing.Views.Certificates;

/// <summary>What is certified of a run that has ended: the signature is over these words as they stand in the file.</summary>
public sealed record CloseCertificate
{
    /// <summary>The month that was closed, as 2026-10.</summary>
    public required string Period { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>How the run ended: <c>Succeeded</c>, <c>Completed</c> (some accounts are parked) or <c>Cancelled</c>.</summary>
    public required string State { get; init; }

    public required string? RequestedBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When the certificate was made. A run that ends again, because parked accounts were taken up, gets another one.</summary>
    public required DateTimeOffset CertifiedAt { get; init; }

    /// <summary>Of the product.</summary>
    public required string CodeVersion { get; init; }

    /// <summary>The price list that the run began with.</summary>
    public required long PriceVersion { get; init; }

    /// <summary>Accounts by how their close ended: <c>Closed</c>, <c>Parked</c>, <c>Cancelled</c>.</summary>
    public required IReadOnlyDictionary<string, int> Accounts { get; init; }

    /// <summary>By currency, in its order.</summary>
    public required IReadOnlyList<CertifiedMoney> Money { get; init; }

    /// <summary>The tax of the run's invoices by currency and rate; empty when they are without tax.</summary>
    public IReadOnlyList<CertifiedTax> Taxes { get; init; } = [];

    /// <summary>How many invoices the root is over.</summary>
    public required int Invoices { get; init; }

    /// <summary>
    /// The Merkle root (RFC 6962, SHA-256, in hexadecimal) over what the run's invoices say, in the order of their accounts: two runs over the same inputs
    /// have the same. Numbers and times are not in it, for they follow from the order of the work.
    /// </summary>
    public required string Root { get; init; }
}

/// <summary>Sums of one currency in its major unit, at the time of the certificate.</summary>
public sealed record CertifiedMoney(string Currency, int Invoices, decimal Invoiced, decimal CreditUsed, decimal Collected, decimal Open);

/// <summary>What was asked for at one rate, in the currency's major unit, as the invoices were issued.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Treatment"><c>Added</c>, <c>Included</c>, <c>ReverseCharge</c> or <c>Exempt</c>.</param>
/// <param name="Rate">As a fraction: 0.19 is 19 %.</param>
/// <param name="Name">Of the rate; empty where the customer is the reason that none is asked for.</param>
/// <param name="Net">Without tax.</param>
/// <param name="Tax">The tax.</param>
public sealed record CertifiedTax(string Currency, string Treatment, decimal Rate, string Name, decimal Net, decimal Tax);

/// <param name="AccountId">Whose it is; the order of the leaves is that of these ids, byte by byte.</param>
/// <param name="Number">As it stands on the invoice.</param>
/// <param name="Hash">Of what it says, in hexadecimal: a leaf of the tree.</param>
public sealed record CertifiedInvoice(string AccountId, string Number, string Hash);

/// <summary>The invoices of a run as the books have them now: the answer of <c>GET api/runs/PERIOD/certificate/books</c>.</summary>
public sealed record CertifiedBooks(string Root, IReadOnlyList<CertifiedInvoice> Invoices);
