using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Billing.Cli.Settings;
using Billing.Views.MonthClose;
using Spectre.Console;

namespace Billing.Cli.Closing;

/// <summary><c>what-if PERIOD [--prices FILE] [--seats RULE]</c>: a closed month beside itself by other rules.</summary>
static class WhatIfVerb
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Command Create()
    {
        var period = CliPeriod.Argument();
        var prices = new Option<string?>("--prices") { Description = "A JSON file: a list of prices, each as SetPrice has it, in place of those of the run." };
        var seats = new Option<string?>("--seats") { Description = "How the seats of the month are counted: Daily, Peak or LastDay." };
        var show = new Option<int>("--show") { Description = "How many accounts to list, the largest differences first.", DefaultValueFactory = _ => 10 };
        var verb = new Command("what-if", "Computes a closed month by other prices or another rule for seats, and shows the difference; nothing is written.")
        {
            period, prices, seats, show
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var month = parsed.GetValue(period);
            var question = new WhatIfQuestion { Prices = await ReadAsync(parsed.GetValue(prices), cancellation), SeatRule = parsed.GetValue(seats) };
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose, Patience);
            var answer = await months.WhatIfAsync(month, question, cancellation)
                ?? throw new CliException($"There is no run of {month.Text()}; only a closed month can be compared. A month to come: preview {month.Text()}");
            Show(answer, parsed.GetValue(show));
            return 0;
        });
        return verb;
    }

    /// <summary>A million accounts take some minutes.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    static async Task<IReadOnlyList<WhatIfPrice>> ReadAsync(string? file, CancellationToken cancellation)
    {
        if (file is null)
            return [];
        try
        {
            await using var stream = File.OpenRead(file);
            return await JsonSerializer.DeserializeAsync<WhatIfPrice[]>(stream, Json, cancellation) ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{file} cannot be read: {e.Message}", e);
        }
        catch (JsonException e)
        {
            throw new CliException($"{file} is no list of prices: {e.Message}", e);
        }
    }

    static void Show(WhatIfView answer, int most)
    {
        Screen.Unbroken($"{answer.Period}: {answer.Invoices} invoices, {answer.Changed} would differ, {answer.Refused} could not be computed");
        if (answer.ChangedSince > 0)
            Screen.Unbroken($"{answer.ChangedSince} accounts have changed since their invoice; both sides are computed with the account of today");
        var money = RunScreen.Plain("Currency", "Issued", "By the rules of the run", "By the other rules", "Difference");
        foreach (var sum in answer.Money)
            money.AddRow(sum.Currency, Money.Amount(sum.Issued, sum.Currency), Money.Amount(sum.Before, sum.Currency), Money.Amount(sum.After, sum.Currency),
                Money.Amount(sum.Difference, sum.Currency));
        AnsiConsole.Write(money);
        var accounts = RunScreen.Plain("Account", "Was", "Would be").AddColumn("Invoice").AddColumn("Why not");
        foreach (var account in answer.Largest.Take(most))
            accounts.AddRow(Markup.Escape(account.AccountId), Money.Text(account.Before, account.Currency),
                account.After is { } after ? Money.Text(after, account.Currency) : "", Markup.Escape(account.Invoice), Markup.Escape(account.Reason ?? ""));
        if (answer.Largest.Count > 0 && most > 0)
            AnsiConsole.Write(accounts);
    }
}
