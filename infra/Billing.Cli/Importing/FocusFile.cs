using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Billing.Contracts.MonthClose.V1;

namespace Billing.Cli.Importing;

/// <summary>
/// A cost-and-usage file in the columns of FOCUS 1.0. Each sub-account is an account, each row a usage record that
/// brings its own cost: <c>BilledCost</c>, to the last digit, credits and corrections included.
/// </summary>
public static class FocusFile
{
    static readonly string[] Required =
        ["SubAccountId", "SubAccountName", "BillingCurrency", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "BilledCost"];

    // What the id of a row is made of. Only what is billed: a row that comes again with other tags is the same row.
    static readonly string[] Identity =
    [
        "SubAccountId", "BillingCurrency", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "ChargeDescription", "PricingQuantity",
        "PricingUnit", "ListUnitPrice", "BilledCost", "SkuId", "ResourceId", "ServiceName"
    ];

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
        var seen = new HashSet<string>();
        using var table = CsvTable.Open(text, Required, known: null);
        foreach (var row in table.Rows(fields => Account(fields, paymentMethod), nullMeansEmpty: true))
            if (row.Value is { } account && seen.Add(account.AccountId))
                yield return account;
    }

    /// <summary>
    /// The rows as usage. The id of a row is made of its content and, for equal rows, of how many came before, so the
    /// same file read twice gives the same ids. It keeps 20 bytes for each row and a currency for each sub-account.
    /// </summary>
    public static IEnumerable<ImportRow<UsageRecord>> ReadUsage(TextReader text)
    {
        var currencies = new Dictionary<string, (string Currency, long Line)>();
        var occurrences = new Dictionary<UInt128, int>();
        using var table = CsvTable.Open(text, Required, known: null);
        foreach (var row in table.Rows(Usage, nullMeansEmpty: true))
            yield return row;

        ImportRow<UsageRecord> Usage(FieldReader fields)
        {
            var usage = new UsageRecord
            {
                UsageId = "pending",
                AccountId = fields.Required("SubAccountId", "the sub-account that pays"),
                Quantity = decimal.Round(fields.Amount("PricingQuantity") ?? 0, 12), // told to the customer, never multiplied
                StartedAt = fields.RequiredInstant("ChargePeriodStart"),
                EndedAt = fields.RequiredInstant("ChargePeriodEnd"),
                ResourceId = fields.Text("ResourceId"),
                Cost = fields.Amount("BilledCost"),
                Currency = fields.Required("BillingCurrency", "an ISO 4217 code such as USD"),
                Category = fields.Required("ChargeCategory", "Usage, Purchase, Credit, Adjustment or Tax"),
                ServiceName = fields.Text("ServiceName"),
                Sku = fields.Text("SkuId"),
                Description = fields.Text("ChargeDescription")
            };
            if (usage.Cost is null && fields.Faults.Count == 0)
                fields.Faults.Add(new Fault("BilledCost", null, ExactDecimal.Expected));
            if (currencies.TryGetValue(usage.AccountId, out var known) && known.Currency != usage.Currency)
                fields.Faults.Add(new Fault("BillingCurrency", usage.Currency, $"{known.Currency}, as on line {known.Line}: an account has one currency"));
            var row = fields.Finish(usage, Name);
            if (!row.IsGood)
                return row;
            currencies.TryAdd(usage.AccountId, (usage.Currency, fields.Line));
            return row with { Value = usage with { UsageId = IdOf(fields, occurrences) } };
        }
    }

    static ImportRow<RegisterAccount> Account(FieldReader fields, string? paymentMethod)
    {
        var id = fields.Required("SubAccountId", "the sub-account that pays");
        return fields.Finish(new RegisterAccount
        {
            AccountId = id,
            Name = fields.Text("SubAccountName") ?? id,
            Currency = fields.Required("BillingCurrency", "an ISO 4217 code such as USD"),
            PaymentMethod = paymentMethod
        }, Name);
    }

    static string IdOf(FieldReader fields, Dictionary<UInt128, int> occurrences)
    {
        var content = new StringBuilder();
        foreach (var column in Identity)
            content.Append(fields.Text(column)).Append('\u001F');
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(content.ToString()), hash);
        var key = BinaryPrimitives.ReadUInt128BigEndian(hash);
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(occurrences, key, out _);
        count++;
        return count == 1 ? $"focus-{Convert.ToHexStringLower(hash[..16])}" : $"focus-{Convert.ToHexStringLower(hash[..16])}-{count}";
    }

    static string Name(string member) => Columns.GetValueOrDefault(member, member);
}
