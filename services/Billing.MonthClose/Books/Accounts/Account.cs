using Billing.Contracts;
using Billing.Hosting.Database;
using Billing.MonthClose.Books.Pricing;
using Billing.Persistence.Personal;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Accounts;

/// <summary>A customer who is billed, as last told by <c>RegisterAccount</c>.</summary>
[RowsChange]
public sealed record Account
{
    public required string AccountId { get; init; }
    [Personal(PersonalKind.Identity)]
    public required string Name { get; init; }
    public required string Currency { get; init; }
    public required string TimeZone { get; init; }
    [Personal(PersonalKind.Identity)]
    public string? Email { get; init; }
    [Personal(PersonalKind.Identity)]
    public string? PaymentMethod { get; init; }

    /// <summary>The gateway's id of the customer; it knows him by the account's own id when null.</summary>
    [Personal(PersonalKind.Identity)]
    public string? GatewayCustomer { get; init; }

    public bool ManualPayment { get; init; }

    /// <summary>Days that it has to pay by hand, from the day of the invoice; those of its tier's policy when null.</summary>
    public int? PaymentTermsDays { get; init; }

    /// <summary>As an operator set them; what the customer's own registration says is not among them.</summary>
    public ControlTags Tags { get; init; }
    public string? FeePriceCode { get; init; }

    /// <summary>Whose dunning policy applies; the default one when there is none of that name.</summary>
    public string? Tier { get; init; }

    public int AnchorDay { get; init; } = 1;

    /// <summary>Where it is taxed, ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }

    /// <summary>State or province in it, as the rates name it.</summary>
    public string? Region { get; init; }

    /// <summary>Its tax number.</summary>
    [Personal(PersonalKind.Identity)]
    public string? TaxId { get; init; }

    /// <summary>The id of the certificate that it pays no tax.</summary>
    [Personal(PersonalKind.Identity)]
    public string? TaxExemption { get; init; }

    /// <summary>The certificate's last day.</summary>
    public DateOnly? TaxExemptThrough { get; init; }

    /// <summary>First billed day.</summary>
    public DateOnly? JoinedOn { get; init; }

    /// <summary>Last billed day.</summary>
    public DateOnly? ClosedOn { get; init; }

    /// <summary>Counts the changes told, from 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>
    /// The last period that was invoiced, as 202610; 0 before the first. Usage that arrives later is billed in the next one. It is written under
    /// the row's lock, and intake reads it under the same lock, so no record falls between two invoices.
    /// </summary>
    public int InvoicedThrough { get; init; }

    /// <summary>
    /// The last day for which the recurring fee is billed, or was found not to be owed; null before the first invoice. The next one bills from the
    /// day after it. It is written under the row's lock.
    /// </summary>
    public DateOnly? FeeThrough { get; init; }

    /// <summary>All that is in force, whoever said so.</summary>
    public ControlTags Controls => Tags | (ManualPayment ? ControlTags.ManualPay : ControlTags.None);

    public bool Has(ControlTags tag) => (Controls & tag) != 0;

    /// <summary>The tag for which it is not charged; the gravest when there are several.</summary>
    public ControlTags? ChargesOff =>
        Has(ControlTags.WrittenOff) ? ControlTags.WrittenOff
        : Has(ControlTags.AutoPayOff) ? ControlTags.AutoPayOff
        : Has(ControlTags.ManualPay) ? ControlTags.ManualPay
        : null;

    public bool IsClosedOn(DateOnly day) => ClosedOn is { } closed && closed < day;
}

sealed class AccountMap : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> account)
    {
        account.ToTable("Account");
        account.HasKey(x => x.AccountId);
        account.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        account.Ignore(x => x.Controls);
        account.Ignore(x => x.ChargesOff);
        account.Property(x => x.Name).HasMaxLength(200);
        account.Property(x => x.Currency).HasMaxLength(3);
        account.Property(x => x.TimeZone).HasMaxLength(64);
        account.Property(x => x.Email).IsSealed();
        account.Property(x => x.PaymentMethod).IsSealed();
        account.Property(x => x.GatewayCustomer).HasMaxLength(ExternalId.Longest);
        account.Property(x => x.FeePriceCode).HasMaxLength(64);
        account.Property(x => x.Tier).HasMaxLength(64);
        account.Property(x => x.Country).HasMaxLength(2);
        account.Property(x => x.Region).HasMaxLength(64);
        account.Property(x => x.TaxId).HasMaxLength(64);
        account.Property(x => x.TaxExemption).HasMaxLength(128);
    }
}
