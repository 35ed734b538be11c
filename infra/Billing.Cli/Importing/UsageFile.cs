using Billing.Contracts.MonthClose.V1;

namespace Billing.Cli.Importing;

/// <summary>Our own CSV of usage, one record to a line.</summary>
public static class UsageFile
{
    static readonly string[] Required = ["usage_id", "account_id", "started_at"];
    static readonly string[] Known =
        [.. Required, "price_code", "quantity", "ended_at", "resource_id", "cost", "currency", "category", "service_name", "sku", "description"];

    public static IEnumerable<ImportRow<UsageRecord>> ReadCsv(TextReader text)
    {
        using var table = CsvTable.Open(text, Required, Known);
        foreach (var row in table.Rows(Read))
            yield return row;
    }

    static ImportRow<UsageRecord> Read(FieldReader fields) => fields.Finish(new UsageRecord
    {
        UsageId = fields.Required("usage_id", "the record's own id"),
        AccountId = fields.Required("account_id", "the customer's key"),
        PriceCode = fields.Text("price_code"),
        Quantity = fields.Amount("quantity") ?? 0,
        StartedAt = fields.RequiredInstant("started_at"),
        EndedAt = fields.Instant("ended_at"),
        ResourceId = fields.Text("resource_id"),
        Cost = fields.Amount("cost"),
        Currency = fields.Text("currency"),
        Category = fields.Text("category"),
        ServiceName = fields.Text("service_name"),
        Sku = fields.Text("sku"),
        Description = fields.Text("description")
    }, ImportFile.Column);
}
