using System.ComponentModel.DataAnnotations;
using Billing.Hosting.Validation;

namespace Billing.MonthClose.Taxing;

public enum TaxCalculatorKind
{
    /// <summary>Invoices are without tax.</summary>
    None,

    /// <summary>By the rates that <c>SetTaxRate</c> told.</summary>
    Table,

    /// <summary>By a service that is asked over HTTP.</summary>
    Http
}

/// <summary>Who computes the tax of invoice lines.</summary>
public sealed class TaxOptions : IValidatableObject
{
    public const string Section = "Tax";

    /// <summary>
    /// Default <c>None</c>: invoices are without tax. With another, an account whose tax is not known is parked, and never billed without it.
    /// </summary>
    public TaxCalculatorKind Calculator { get; set; }

    /// <summary>For <c>Http</c>: where the lines of a chunk are posted to. Plain HTTP is taken on this machine only.</summary>
    public Uri? Address { get; set; }

    /// <summary>For <c>Http</c>: secret key, sent as a bearer token. Never logged.</summary>
    public string? ApiKey { get; set; }

    /// <summary>For <c>Http</c>: time that one request may take. Default 10 s: it holds no lock, and a chunk waits for it.</summary>
    [Duration("00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>For <c>Http</c>: tries of one request that was not answered, or with "later" (408, 429, 5xx). Default 3; it changes nothing there.</summary>
    [Range(1, 10)]
    public int Tries { get; set; } = 3;

    /// <summary>For <c>Http</c>: the first pause between two tries; each next is twice as long, with some chance in it. Default 200 ms.</summary>
    [Duration("00:00:00.001", "00:00:10")]
    public TimeSpan Pause { get; set; } = TimeSpan.FromMilliseconds(200);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Calculator != TaxCalculatorKind.Http)
            yield break;
        if (Address is not { IsAbsoluteUri: true, Scheme: "https" or "http" } address)
            yield return new ValidationResult($"Tax:Address is \"{Address}\"; expected an absolute address such as https://tax.example/quotes");
        else if (!address.IsLoopback && address.Scheme != "https")
            yield return new ValidationResult($"Tax:Address is \"{address}\"; expected https, as it is not on this machine");
    }
}
