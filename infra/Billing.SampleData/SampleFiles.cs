using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Billing.SampleData;

/// <summary>The sample month as files that the importers read.</summary>
public static class SampleFiles
{
    public const string AccountsHeader =
        "account_id,name,currency,time_zone,email,payment_method,manual_payment,fee_price_code,anchor_day,joined_on,closed_on,country,region,"
        + "tax_id,tax_exemption,tax_exempt_through";
    public const string UsageHeader =
        "usage_id,account_id,price_code,quantity,started_at,ended_at,resource_id,cost,currency,category,service_name,sku,description";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    /// <summary>
    /// Writes <c>accounts.csv</c>, <c>usage.csv</c>, <c>prices.json</c>, <c>tax-rates.json</c>, <c>credits.json</c>, <c>seats.json</c> and
    /// <c>focus-1.0.csv</c>.
    /// </summary>
    public static void Write(string folder, SampleMonth month, int accounts = SampleMonth.DefaultAccounts)
    {
        Directory.CreateDirectory(folder);
        using var accountFile = Open(folder, "accounts.csv");
        using var usageFile = Open(folder, "usage.csv");
        accountFile.WriteLine(AccountsHeader);
        usageFile.WriteLine(UsageHeader);
        var credits = new List<object>();
        var seats = new List<object>();
        foreach (var sample in month.Accounts(accounts))
        {
            var a = sample.Account;
            accountFile.WriteLine(
                Line(a.AccountId, a.Name, a.Currency, a.TimeZone, a.Email, a.PaymentMethod, a.ManualPayment, a.FeePriceCode, a.AnchorDay, a.JoinedOn,
                a.ClosedOn, a.Country, a.Region, a.TaxId, a.TaxExemption, a.TaxExemptThrough));
            foreach (var u in sample.Usage)
                usageFile.WriteLine(
                    Line(u.UsageId, u.AccountId, u.PriceCode, u.Quantity, u.StartedAt, u.EndedAt, u.ResourceId, u.Cost, u.Currency, u.Category, u.ServiceName,
                    u.Sku, u.Description));
            if (sample.Credit is { } credit)
                credits.Add(credit);
            if (sample.Seats is { } changed)
                seats.Add(changed);
        }

        WriteJson(folder, "prices.json", SamplePrices.All);
        WriteJson(folder, "tax-rates.json", SampleTaxes.All);
        WriteJson(folder, "credits.json", credits);
        WriteJson(folder, "seats.json", seats);
        using var focus = Open(folder, "focus-1.0.csv");
        foreach (var line in FocusSample.Lines(month.Period))
            focus.WriteLine(line);
    }

    internal static string Line(params object?[] fields) => string.Join(',', fields.Select(Field));

    static string Field(object? value) => value switch
    {
        null => "",
        bool yes => yes ? "true" : "false",
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        string text when text.AsSpan().IndexOfAny(",\"\n\r") >= 0 => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        _ => value.ToString()!
    };

    static StreamWriter Open(string folder, string name) => new(Path.Combine(folder, name)) { NewLine = "\n" };

    static void WriteJson(string folder, string name, object content) =>
        File.WriteAllText(Path.Combine(folder, name), JsonSerializer.Serialize(content, Json) + "\n");
}
