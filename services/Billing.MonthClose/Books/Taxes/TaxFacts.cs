using Billing.MonthClose.Books.Accounts;

namespace Billing.MonthClose.Books.Taxes;

/// <summary>How a line is taxed.</summary>
public enum TaxTreatment
{
    /// <summary>The tax comes on top of the price.</summary>
    Added,

    /// <summary>The price holds the tax: it is taken out, and what is to be paid stays.</summary>
    Included,

    /// <summary>The customer owes the tax to his own state: none is asked for here.</summary>
    ReverseCharge,

    /// <summary>The customer has a certificate that he pays none.</summary>
    Exempt
}

/// <summary>What decides the tax of an account's lines.</summary>
/// <param name="Country">ISO 3166-1 alpha-2; null when it was never told.</param>
/// <param name="Region">State or province, as the rates name it.</param>
/// <param name="TaxId">The customer's tax number; with it, a rate may be reversed.</param>
/// <param name="Exemption">The id of the certificate that the account pays no tax.</param>
/// <param name="ExemptThrough">Its last day; null when it has none.</param>
public sealed record TaxParticulars(string? Country, string? Region = null, string? TaxId = null, string? Exemption = null, DateOnly? ExemptThrough = null)
{
    public static TaxParticulars Of(Account account) =>
        new(account.Country, account.Region, account.TaxId, account.TaxExemption, account.TaxExemptThrough);
}

/// <summary>An invoice line before its tax.</summary>
/// <param name="Category">The product category of its price.</param>
/// <param name="Day">The day whose rate applies: the last day that the line bills.</param>
/// <param name="Amount">What the price says, rounded, in the major unit; negative for what is taken back.</param>
public readonly record struct TaxableLine(string Category, DateOnly Day, decimal Amount);

/// <summary>The lines of one invoice that are to be taxed.</summary>
public sealed record TaxRequest(string AccountId, string Currency, TaxParticulars Particulars, IReadOnlyList<TaxableLine> Lines);

/// <summary>The tax of one line.</summary>
/// <param name="Treatment">How it is taxed.</param>
/// <param name="Rate">As a fraction: 0.19 is 19 %. Zero where none is asked for.</param>
/// <param name="Name">What the invoice says of it: the name of the rate, and the tax number or certificate that it hangs on.</param>
/// <param name="Tax">In the currency's major unit, rounded to its minor unit, with the sign of the line.</param>
public sealed record LineTax(TaxTreatment Treatment, decimal Rate, string Name, decimal Tax)
{
    public const int LongestName = 200;

    /// <summary>What it adds to the total.</summary>
    public decimal Added => Treatment == TaxTreatment.Added ? Tax : 0;
}

/// <summary>The tax of each line of a request, in their order; or why there is none.</summary>
public sealed record TaxAnswer(IReadOnlyList<LineTax> Lines, TaxProblem? Problem)
{
    public static TaxAnswer Of(IReadOnlyList<LineTax> lines) => new(lines, null);

    public static TaxAnswer Cannot(string reasonCode, string reason) => new([], new TaxProblem(reasonCode, reason));
}

/// <summary>Why the tax of an account is not known. Its close is parked with it; nothing is billed without its tax.</summary>
public sealed record TaxProblem(string ReasonCode, string Reason)
{
    /// <summary>Nobody has told the country of the account.</summary>
    public const string NoCountry = "NoTaxCountry";

    /// <summary>No rate is in force where and when the account bought.</summary>
    public const string NoRate = "NoTaxRate";

    /// <summary>The service that computes tax did not answer, or not what was asked.</summary>
    public const string CallFailed = "TaxCallFailed";
}

/// <summary>Computes the tax of invoice lines. It never guesses: what it does not know is a problem of that account alone.</summary>
public interface ITaxCalculator
{
    /// <summary>False when invoices are without tax; nothing is asked then.</summary>
    bool IsOn { get; }

    /// <summary>One answer for each request, in their order.</summary>
    Task<IReadOnlyList<TaxAnswer>> ComputeAsync(IReadOnlyList<TaxRequest> requests, CancellationToken cancellationToken);
}

/// <summary>Invoices without tax.</summary>
sealed class NoTaxes : ITaxCalculator
{
    public bool IsOn => false;

    public Task<IReadOnlyList<TaxAnswer>> ComputeAsync(IReadOnlyList<TaxRequest> requests, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("No tax is computed here.");
}
