using System.ComponentModel.DataAnnotations;

namespace Billing.MonthClose.Books.Papers;

/// <summary>The seller's particulars. A change holds for what is issued from then on.</summary>
public sealed class SellerOptions
{
    public const string Section = "Seller";

    public const int Longest = 400;

    /// <summary>The seller's full name. Without one, papers name no seller.</summary>
    [StringLength(Longest)]
    public string? Name { get; set; }

    /// <summary>The seller's address, line by line.</summary>
    [StringLength(Longest)]
    public string? Address { get; set; }

    /// <summary>Tax number, with what it is called: <c>VAT ID DE123456789</c>.</summary>
    [StringLength(Longest)]
    public string? TaxId { get; set; }

    /// <summary>Entry in a register of companies, such as <c>Amtsgericht Berlin, HRB 12345</c>.</summary>
    [StringLength(Longest)]
    public string? Registration { get; set; }

    /// <summary>Where a customer may ask, such as an e-mail address.</summary>
    [StringLength(Longest)]
    public string? Contact { get; set; }

    /// <summary>Where money is to be transferred, line by line: bank, IBAN, BIC.</summary>
    [StringLength(Longest)]
    public string? PayTo { get; set; }
}
