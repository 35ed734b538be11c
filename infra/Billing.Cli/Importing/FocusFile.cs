using Billing.Contracts.MonthClose.V1;

namespace Billing.Cli.Importing;

/// <summary>
/// A cost-and-usage file in the columns of FOCUS 1.0. Each sub-account is an account, and what belongs to none of them is billed to the billing account.
/// Each row is a usage record that brings its own cost: <c>BilledCost</c>, to the last digit that the books hold, credits and corrections included.
/// </summary>
public static class FocusFile
{
    static readonly string[] Required =
        ["SubAccountId", "SubAccountName", "BillingCurrency", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "BilledCost"];

    /// <summary>Decimals that the books hold of a cost, and of a quantity. Only here something is rounded.</summary>
    const int CostDecimals = 18;
    const int QuantityDecimals = 12;

    static readonly Dictionary<string, string> Columns = new()
    {
        [nameof(RegisterAccount.AccountId)] = "SubAccountId",
        [nameof(RegisterAccount.Name)] = "SubAccountName",
        [nameof(UsageRecord.Currency)] = "BillingCurrency",
        [nameof(UsageRecord.StartedAt)] = "ChargePeriodStart",
        [nameof(UsageRecord.EndedAt)] = "ChargePeriodEnd",
        [nameof(UsageRecord.Category)] = "ChargeCategory",
        [nameof(UsageRecord.Cost)] = "BilledCost",
        [nameof(UsageRecord.PriceCode)] = "BilledCost",
        [nameof(UsageRecord.Quantity)] = "PricingQuantity"
    };

    /// <summary>The sub-accounts, each at the first row that names it. Bad rows are left to <see cref="ReadUsage"/> to report.</summary>
    public static IEnumerable<RegisterAccount> ReadAccounts(TextReader text, string? paymentMethod = null)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        using var table = CsvTable.Open(text, Required, known: null);
        foreach (var row in table.Rows(fields => Account(fields, paymentMethod), isFocus: true))
            if (row.Value is { } account && seen.Add(account.AccountId))
                yield return account;
    }

    /// <summary>The rows as usage.</summary>
    /// <param name="text">One file.</param>
    /// <param name="delivery">That it belongs to; one of its own when left out.</param>
    public static IEnumerable<ImportRow<UsageRecord>> ReadUsage(TextReader text, FocusDelivery? delivery = null)
    {
        delivery ??= new FocusDelivery();
        using var table = CsvTable.Open(text, Required, known: null);
        foreach (var row in table.Rows(fields => Usage(fields, delivery), isFocus: true))
            yield return row;
    }

    static ImportRow<UsageRecord> Usage(FieldReader fields, FocusDelivery delivery)
    {
        var usage = new UsageRecord
        {
            UsageId = "pending",
            AccountId = AccountOf(fields),
            Quantity = fields.Rounded("PricingQuantity", QuantityDecimals) ?? 0,        // told to the customer, never multiplied
            StartedAt = fields.RequiredInstant("ChargePeriodStart"),
            EndedAt = fields.RequiredInstant("ChargePeriodEnd"),
            ResourceId = fields.Text("ResourceId"),
            Cost = fields.Rounded("BilledCost", CostDecimals),
            Currency = fields.Required("BillingCurrency", "an ISO 4217 code such as USD"),
            Category = fields.Required("ChargeCategory", "Usage, Purchase, Credit, Adjustment or Tax"),
            ServiceName = fields.Text("ServiceName"),
            Sku = fields.Text("SkuId"),
            Description = fields.Text("ChargeDescription")
        };
        if (usage.Cost is null && fields.Faults.Count == 0)
            fields.Faults.Add(new Fault("BilledCost", null, LongDecimal.Expected));
        if (delivery.FaultOf(usage.AccountId, usage.Currency) is { } other)
            fields.Faults.Add(other);
        var row = fields.Finish(usage, Name);
        return row.IsGood ? row with { Value = usage with { UsageId = delivery.IdOf(fields, usage.AccountId, usage.Currency) } } : row;
    }

    /// <summary>Charges of no sub-account, such as tax and support, are the billing account's.</summary>
    static string AccountOf(FieldReader fields) =>
        fields.Text("SubAccountId") ?? fields.Text("BillingAccountId") ?? fields.Required("SubAccountId", "the sub-account that pays, or a BillingAccountId");

    static ImportRow<RegisterAccount> Account(FieldReader fields, string? paymentMethod)
    {
        var id = AccountOf(fields);
        var account = new RegisterAccount
        {
            AccountId = id,
            Name = fields.Text(fields.Text("SubAccountId") is null ? "BillingAccountName" : "SubAccountName") ?? id,
            Currency = fields.Required("BillingCurrency", "an ISO 4217 code such as USD")
        };
        return fields.Finish(paymentMethod is null ? account : account with { PaymentMethod = paymentMethod }, Name);
    }

    static string Name(string member) => Columns.GetValueOrDefault(member, member);
}
