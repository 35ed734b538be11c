using Billing.Hosting.Database;
using Billing.Hosting.Logging;
using Billing.MonthClose.Books.Pricing;

namespace Billing.MonthClose.Books.Accounts;

/// <summary>
/// What of an account the audit trail shows: all of a new one, and of a changed one what differs. Addresses are masked, payment methods are sealed.
/// </summary>
static class AccountChange
{
    /// <summary>Members that name the customer: shown to those who may see people's data.</summary>
    public static bool IsPersonal(string member) => member is "name" or "taxId";

    public static Dictionary<string, object?> Of(Account account, Account? other = null)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        Add("name", account.Name, other?.Name);
        Add("currency", account.Currency, other?.Currency);
        Add("timeZone", account.TimeZone, other?.TimeZone);
        if (other is null || account.Email != other.Email)
            members["email"] = account.Email is { } email ? Masked.Email(email) : null;
        if (other is null ? account.PaymentMethod is not null : account.PaymentMethod != other.PaymentMethod)
            members["paymentMethod"] = SealedColumns.Seal(account.PaymentMethod);
        Add("gatewayCustomer", account.GatewayCustomer, other?.GatewayCustomer);
        Add("manualPayment", account.ManualPayment, other?.ManualPayment);
        Add("paymentTermsDays", account.PaymentTermsDays, other?.PaymentTermsDays);
        Add("feePriceCode", account.FeePriceCode, other?.FeePriceCode);
        Add("tier", account.Tier, other?.Tier);
        Add("country", account.Country, other?.Country);
        Add("region", account.Region, other?.Region);
        Add("taxId", account.TaxId, other?.TaxId);
        Add("taxExemption", account.TaxExemption, other?.TaxExemption);
        Add("taxExemptThrough", account.TaxExemptThrough, other?.TaxExemptThrough);
        Add("anchorDay", account.AnchorDay, other?.AnchorDay);
        Add("joinedOn", account.JoinedOn, other?.JoinedOn);
        Add("closedOn", account.ClosedOn, other?.ClosedOn);
        return members;

        void Add<T>(string name, T value, T? before)
        {
            if (other is null ? value is not null : !Equals(value, before))
                members[name] = value;
        }
    }
}
