using Billing.Contracts.MonthClose.V1;

namespace Billing.Cli.Importing;

/// <summary>Our own CSV of accounts, one to a line. What it has no column for stays as it is; an empty field clears.</summary>
public static class AccountFile
{
    static readonly string[] Required = ["account_id", "name", "currency"];
    static readonly string[] Known =
        [.. Required, "time_zone", "email", "payment_method", "gateway_customer", "manual_payment", "payment_terms_days",
        "fee_price_code", "anchor_day", "joined_on", "closed_on", "country", "region", "tax_id", "tax_exemption", "tax_exempt_through"];

    public static IEnumerable<ImportRow<RegisterAccount>> ReadCsv(TextReader text)
    {
        using var table = CsvTable.Open(text, Required, Known);
        foreach (var row in table.Rows(Read))
            yield return row;
    }

    static ImportRow<RegisterAccount> Read(FieldReader fields) => fields.Finish(fields.Told(new RegisterAccount
    {
        AccountId = fields.Required("account_id", "the customer's key"),
        Name = fields.Required("name", "the name on the invoice"),
        Currency = fields.Required("currency", "an ISO 4217 code such as USD"),
        TimeZone = fields.Text("time_zone"),
        Email = fields.Text("email"),
        PaymentMethod = fields.Text("payment_method"),
        GatewayCustomer = fields.Text("gateway_customer"),
        ManualPayment = fields.FlagOrNone("manual_payment"),
        PaymentTermsDays = fields.Whole("payment_terms_days"),
        FeePriceCode = fields.Text("fee_price_code"),
        AnchorDay = fields.Whole("anchor_day"),
        JoinedOn = fields.Day("joined_on"),
        ClosedOn = fields.Day("closed_on"),
        Country = fields.Text("country"),
        Region = fields.Text("region"),
        TaxId = fields.Text("tax_id"),
        TaxExemption = fields.Text("tax_exemption"),
        TaxExemptThrough = fields.Day("tax_exempt_through")
    }, (account, members) => account.LeavingOut(members)), ImportFile.Column);
}
