using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Billing.Cli.Importing;

/// <summary>
/// The rows of one delivery, which may come in several files. FOCUS gives a row no id, so it follows from what the row bills: equal rows of one delivery are
/// told apart by counting them over all of its files, so the same delivery gives the same ids again, in whatever order and files its rows come.
/// It keeps 20 bytes for each row and a currency for each account.
/// </summary>
public sealed class FocusDelivery
{
    /// <summary>What every spreadsheet keeps of a number.</summary>
    const int SignificantDigits = 15;

    // Only what is billed: a row that comes again with other tags is the same row.
    static readonly string[] Texts =
        ["SubAccountId", "BillingCurrency", "ChargeCategory", "ChargeDescription", "PricingUnit", "SkuId", "ResourceId", "ServiceName"];
    static readonly string[] Instants = ["ChargePeriodStart", "ChargePeriodEnd"];
    static readonly string[] Numbers = ["PricingQuantity", "ListUnitPrice", "BilledCost"];

    readonly Dictionary<UInt128, int> _occurrences = [];
    readonly Dictionary<string, (string Currency, long Line)> _currencies = new(StringComparer.Ordinal);

    /// <summary>What the row's currency should be, when its account had another one before.</summary>
    internal Fault? FaultOf(string accountId, string currency) =>
        _currencies.TryGetValue(accountId, out var known) && known.Currency != currency
            ? new Fault("BillingCurrency", currency, $"{known.Currency}, as on line {known.Line}: an account has one currency") : null;

    internal string IdOf(FieldReader fields, string accountId, string currency)
    {
        _currencies.TryAdd(accountId, (currency, fields.Line));
        var content = new StringBuilder(accountId).Append('\u001F');
        foreach (var column in Texts)
            content.Append(fields.Text(column)).Append('\u001F');
        foreach (var column in Instants)
            content.Append(CultureInfo.InvariantCulture, $"{fields.Instant(column)?.UtcTicks}\u001F");
        foreach (var column in Numbers)
            content.Append(NumberOf(fields.Text(column))).Append('\u001F');
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(content.ToString()), hash);
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_occurrences, BinaryPrimitives.ReadUInt128BigEndian(hash), out _);
        count++;
        return count == 1 ? $"focus-{Convert.ToHexStringLower(hash[..16])}" : $"focus-{Convert.ToHexStringLower(hash[..16])}-{count}";
    }

    static string? NumberOf(string? text) => text is null ? null : LongDecimal.Read(text) is { } number ? number.Canonical(SignificantDigits) : text;
}
