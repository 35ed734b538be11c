using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Billing.Cli.Closing;
using Billing.Cli.Settings;
using Spectre.Console;

namespace Billing.Cli.Accounts;

/// <summary><c>account show ID</c>: everything that MonthClose knows of an account.</summary>
static class AccountVerb
{
    static readonly (string List, string[] Columns)[] Tables =
    [
        ("closes", ["period", "step", "outcome", "reasonCode", "reason", "chunk", "invoicedAt", "settledAt", "closedAt"]),
        ("invoices", ["number", "version", "period", "status", "total", "creditApplied", "amountDue", "open", "currency", "issuedAt"]),
        ("charges", ["chargeId", "attempt", "amount", "currency", "state", "code", "gatewayReference", "createdAt", "answeredAt"]),
        ("creditNotes", ["number", "amount", "reduced", "refund", "accountCredit", "outside", "currency", "reason", "issuedAt"]),
        ("refunds", ["senderId", "amount", "currency", "state", "code", "gatewayReference", "createdAt", "answeredAt"])
    ];

    public static Command Create()
    {
        var id = new Argument<string>("ID") { Description = "The account's key." };
        var show = new Command("show", "Shows an account with its closes, invoices, charges and ledger.") { id };
        show.SetAction(async (parsed, cancellation) =>
        {
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            if (await months.AccountAsync(parsed.GetValue(id)!, cancellation) is not { } account)
                throw new CliException($"There is no account '{parsed.GetValue(id)}'.");
            Show(account);
            return 0;
        });
        return new Command("account", "Looks at accounts.") { show };
    }

    static void Show(JsonElement account)
    {
        var balance = account.TryGetProperty("balance", out var known) ? known : default;
        var hold = Text(account, "held") == "True" ? ", ON HOLD" : "";
        Screen.Line($"[bold]{Text(account, "accountId")}[/] {Text(account, "name")}, {Text(account, "currency")}, {Text(account, "timeZone")}{hold}");
        if (Items(account, "controlTags") is { Count: > 0 } tags)
            Screen.Line($"tagged {string.Join(", ", tags.Select(tag => Markup.Escape(Text(tag))))}");
        Screen.Line($"owes {Text(balance, "owed")}, has credit {Text(balance, "credit")}");
        foreach (var (list, columns) in Tables)
            Write(list, columns, Items(account, list));
        foreach (var invoice in Items(account, "invoices"))
            Write($"lines of {Text(invoice, "number")}", ["position", "description", "quantity", "unitPrice", "firstDay", "lastDay", "formula", "amount"],
                Items(invoice, "lines"));
        var ledger = new Table().Border(TableBorder.Rounded).Title("ledger").AddColumns("at", "cause", "account", "amount", "currency");
        foreach (var transaction in Items(account, "ledger"))
            foreach (var entry in Items(transaction, "entries"))
                ledger.AddRow(
                    Cells(Text(transaction, "at"), Text(transaction, "cause"), Text(entry, "account"), Text(entry, "amount"), Text(entry, "currency")));
        if (ledger.Rows.Count > 0)
            AnsiConsole.Write(ledger);
    }

    static void Write(string title, string[] columns, List<JsonElement> rows)
    {
        if (rows.Count == 0)
            return;
        var used = columns.Where(column => rows.Any(row => Text(row, column).Length > 0)).ToArray();
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(title)).AddColumns(used);
        foreach (var row in rows)
            table.AddRow(Cells([.. used.Select(column => Text(row, column))]));
        AnsiConsole.Write(table);
    }

    static string[] Cells(params string[] texts) => [.. texts.Select(Markup.Escape)];

    static List<JsonElement> Items(JsonElement owner, string list) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(list, out var found) && found.ValueKind == JsonValueKind.Array
            ? [.. found.EnumerateArray()] : [];

    static string Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var found) ? Text(found) : "";

    // Amounts without the zeros of their column, instants to the second.
    static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDecimal(out var number) =>
            number.ToString(number == decimal.Truncate(number) ? "0" : "0.00##########", CultureInfo.InvariantCulture),
        JsonValueKind.String when value.TryGetDateTimeOffset(out var at) && value.GetString()!.Contains('T', StringComparison.Ordinal) =>
            at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        _ => value.ToString()
    };
}
