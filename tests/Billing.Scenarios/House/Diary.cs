using System.Globalization;
using System.Text;
using Billing.Views.MonthClose;

namespace Billing.Scenarios.House;

/// <summary>What an account lived through, day by day: what was told of it, and what the books, the gateway and the letters say.</summary>
sealed class Diary
{
    readonly List<(string Account, DateOnly Day, string Text)> _told = [];

    /// <summary>What a person did; it stands before what followed on that day.</summary>
    public void Told(string account, DateTimeOffset at, string what) => _told.Add((account, DayOf(at), what));

    public async Task<string> WriteAsync(YearHouse house, IEnumerable<string> accounts)
    {
        var text = new StringBuilder();
        foreach (var id in accounts)
        {
            var account = await house.AccountAsync(id);
            text.Append(CultureInfo.InvariantCulture, $"== {id} ({account.Currency}, {account.TimeZone}{(account.ManualPayment ? ", pays by hand" : "")})\n");
            var entries = await EntriesAsync(house, account);
            foreach (var entry in entries.OrderBy(x => x.Day).ThenBy(x => x.Rank).ThenBy(x => x.Text, StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"{entry.Day:yyyy-MM-dd}  {entry.Text}\n");
            text.Append(CultureInfo.InvariantCulture, $"in the end  owes {Of(account, account.Balance.Owed)}, has {Of(account, account.Balance.Credit)} as credit");
            text.Append(account.Held ? ", on hold\n\n" : "\n\n");
        }

        return text.ToString();
    }

    async Task<List<Entry>> EntriesAsync(YearHouse house, AccountView account)
    {
        var entries = _told.Where(x => x.Account == account.AccountId).Select(x => new Entry(x.Day, 0, x.Text)).ToList();
        var periods = account.Invoices.ToDictionary(invoice => invoice.InvoiceId, invoice => invoice.Period);
        foreach (var close in account.Closes)
            entries.Add(EntryOf(account, close));
        foreach (var charge in account.Charges.Where(charge => charge.Attempt > 0))
            entries.Add(new Entry(DayOf(charge.CreatedAt), 2, $"charge {charge.Attempt} for {periods[charge.InvoiceId]}: "
                + $"{Of(account, charge.Amount)} {charge.State}{(charge.Code is { } code ? $", {code}" : "")}"));
        foreach (var booked in account.Ledger.Where(x => IsTold(x.Cause)))
            entries.Add(new Entry(DayOf(booked.At), 3, $"booked {booked.Cause}: "
                + string.Join(", ", booked.Entries.OrderBy(x => x.Account, StringComparer.Ordinal).Select(x => $"{x.Account} {Of(account, x.Amount)}"))));
        await AddHoldsAsync(house, account.AccountId, entries, periods);
        await AddLettersAsync(house, account.AccountId, entries, periods);
        return entries;
    }

    /// <summary>The invoice of a month, or why there is none; what became of both in the end.</summary>
    static Entry EntryOf(AccountView account, CloseView close)
    {
        var outcome = $"{close.Outcome ?? close.Step}{(close.ReasonCode is { } why ? $" ({why})" : "")}";
        var invoice = account.Invoices.SingleOrDefault(invoice => invoice.InvoiceId == close.InvoiceId);
        if (invoice is null)
            return new Entry(DayOf(close.ClosedAt ?? close.PendingAt), 1, $"no invoice for {close.Period}: {outcome}");
        var credit = invoice.CreditApplied == 0 ? "" : $", of it {Of(account, invoice.CreditApplied)} by credit";
        var lines = string.Concat(invoice.Lines.OrderBy(line => line.Position).Select(line =>
            $"\n              {line.FirstDay:MM-dd}..{line.LastDay:MM-dd} {line.Kind}: {line.Formula} = {Of(account, line.Amount)}"));
        return new Entry(DayOf(invoice.IssuedAt), 1,
            $"invoice for {invoice.Period}: {Of(account, invoice.Total)}{credit}; in the end {invoice.Status}, close {outcome}{lines}");
    }

    /// <summary>Payments from outside and credits; what a charge booked stands beside the charge.</summary>
    static bool IsTold(string cause) => cause.StartsWith("payment:", StringComparison.Ordinal) || cause.StartsWith("credit:", StringComparison.Ordinal);

    static async Task AddHoldsAsync(YearHouse house, string account, List<Entry> entries, Dictionary<Guid, string> periods)
    {
        const string Holds = """select "InvoiceId", "HeldAt", "LiftedAt", "Reason" from "Hold" where "AccountId" = @account""";
        foreach (var (invoice, heldAt, liftedAt, reason) in await house.ReadAsync(Holds, row => (row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1),
            row.IsDBNull(2) ? (DateTimeOffset?)null : row.GetFieldValue<DateTimeOffset>(2), row.GetString(3)), account))
        {
            var why = periods.TryGetValue(invoice, out var period) ? $"for {period}" : "by hand";
            entries.Add(new Entry(DayOf(heldAt), 4, $"ON HOLD {why}: {reason}"));
            if (liftedAt is { } lifted)
                entries.Add(new Entry(DayOf(lifted), 5, $"hold {why} is lifted"));
        }
    }

    /// <summary>Those of a day in one line. Of two invoices that are paid at the same moment either may be the last: "hold-lifted" names none.</summary>
    static async Task AddLettersAsync(YearHouse house, string account, List<Entry> entries, Dictionary<Guid, string> periods)
    {
        const string Letters = """select "InvoiceId", "AskedAt", "Template" from "Letter" where "AccountId" = @account""";
        var letters = await house.ReadAsync(Letters,
            row => (Invoice: row.GetGuid(0), Day: DayOf(row.GetFieldValue<DateTimeOffset>(1)), Template: row.GetString(2)), account);
        foreach (var day in letters.GroupBy(letter => letter.Day))
            entries.Add(new Entry(day.Key, 6, "letters: " + string.Join(", ", day.Select(letter => letter.Template == "hold-lifted" ? letter.Template
                : $"{letter.Template} {periods.GetValueOrDefault(letter.Invoice)}").Order(StringComparer.Ordinal))));
    }

    static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    static string Of(AccountView account, decimal amount) =>
        amount.ToString(account.Currency switch { "JPY" => "0", "KWD" => "0.000", _ => "0.00" }, CultureInfo.InvariantCulture);

    sealed record Entry(DateOnly Day, int Rank, string Text);
}
