using System.CommandLine;
using System.Globalization;
using Billing.Cli.Closing;
using Billing.Cli.Settings;
using Billing.Views.MonthClose;
using Spectre.Console;

namespace Billing.Cli.Accounts;

/// <summary><c>account show ID</c>: everything that MonthClose knows of an account.</summary>
static class AccountVerb
{
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

    static void Show(AccountView account)
    {
        var hold = account.Held ? ", ON HOLD" : "";
        Screen.Line($"[bold]{account.AccountId}[/] {account.Name}, {account.Currency}, {account.TimeZone}{hold}");
        if (account.ControlTags is { Count: > 0 } tags)
            Screen.Line($"tagged {string.Join(", ", tags)}");
        Screen.Line($"owes {Text(account.Balance.Owed)}, has credit {Text(account.Balance.Credit)}");
        Write("closes", account.Closes, ("period", one => one.Period), ("step", one => one.Step), ("outcome", one => one.Outcome),
            ("reasonCode", one => one.ReasonCode), ("reason", one => one.Reason), ("chunk", one => Text(one.Chunk)),
            ("invoicedAt", one => Text(one.InvoicedAt)), ("bookedAt", one => Text(one.BookedAt)), ("closedAt", one => Text(one.ClosedAt)));
        Write("invoices", account.Invoices, ("number", one => one.Number), ("version", one => Text(one.Version)), ("period", one => one.Period),
            ("status", one => one.Status), ("total", one => Text(one.Total)), ("creditApplied", one => Text(one.CreditApplied)),
            ("amountDue", one => Text(one.AmountDue)), ("open", one => Text(one.Open)), ("currency", one => one.Currency),
            ("issuedAt", one => Text(one.IssuedAt)));
        Write("charges", account.Charges, ("chargeId", one => $"{one.ChargeId}"), ("attempt", one => Text(one.Attempt)), ("amount", one => Text(one.Amount)),
            ("currency", one => one.Currency), ("state", one => one.State), ("code", one => one.Code), ("gatewayReference", one => one.GatewayReference),
            ("createdAt", one => Text(one.CreatedAt)), ("answeredAt", one => Text(one.AnsweredAt)));
        Write("creditNotes", account.CreditNotes, ("number", one => one.Number), ("amount", one => Text(one.Amount)), ("reduced", one => Text(one.Reduced)),
            ("refund", one => Text(one.Refund)), ("accountCredit", one => Text(one.AccountCredit)), ("outside", one => Text(one.Outside)),
            ("currency", one => one.Currency), ("reason", one => one.Reason), ("issuedAt", one => Text(one.IssuedAt)));
        Write("refunds", account.Refunds, ("senderId", one => one.SenderId), ("amount", one => Text(one.Amount)), ("currency", one => one.Currency),
            ("state", one => one.State), ("code", one => one.Code), ("gatewayReference", one => one.GatewayReference),
            ("createdAt", one => Text(one.CreatedAt)), ("answeredAt", one => Text(one.AnsweredAt)));
        foreach (var invoice in account.Invoices)
            Write($"lines of {invoice.Number}", invoice.Lines, ("position", one => Text(one.Position)), ("description", one => one.Description),
                ("quantity", one => Text(one.Quantity)), ("unitPrice", one => Text(one.UnitPrice)), ("firstDay", one => Text(one.FirstDay)),
                ("lastDay", one => Text(one.LastDay)), ("formula", one => one.Formula), ("amount", one => Text(one.Amount)));
        Write("ledger", [.. account.Ledger.SelectMany(transaction => transaction.Entries, (transaction, entry) => (Posting: transaction, Entry: entry))],
            ("at", one => Text(one.Posting.At)), ("cause", one => one.Posting.Cause), ("account", one => one.Entry.Account),
            ("amount", one => Text(one.Entry.Amount)), ("currency", one => one.Entry.Currency));
    }

    /// <summary>A table without the columns in which no row has anything.</summary>
    static void Write<T>(string title, IReadOnlyList<T> rows, params (string Name, Func<T, string?> Text)[] columns)
    {
        if (rows.Count == 0)
            return;
        var used = columns.Where(column => rows.Any(row => column.Text(row) is { Length: > 0 })).ToArray();
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(title)).AddColumns([.. used.Select(column => column.Name)]);
        foreach (var row in rows)
            table.AddRow([.. used.Select(column => Markup.Escape(column.Text(row) ?? ""))]);
        AnsiConsole.Write(table);
    }

    /// <summary>Without the zeros of its column.</summary>
    static string Text(decimal number) => number.ToString(number == decimal.Truncate(number) ? "0" : "0.00##########", CultureInfo.InvariantCulture);

    static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>To the second.</summary>
    static string? Text(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
