using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Refunds;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.House;

/// <summary>What tests of corrections say and ask.</summary>
static class Corrections
{
    /// <summary>The account's invoice of October as it is now; of several, the last that was issued.</summary>
    public static Task<Invoice> InvoiceAsync(this MonthCloseHouse house, string accountId) => house.AskAsync(db => db.Invoices.AsNoTracking()
        .Where(invoice => invoice.AccountId == accountId).OrderByDescending(invoice => invoice.IssuedAt).FirstAsync());

    public static Task<(decimal Owed, decimal Credit)> BalanceAsync(this MonthCloseHouse house, string accountId) =>
        house.AskAsync(async db => await db.Balances.AsNoTracking().SingleAsync(balance => balance.AccountId == accountId) is var balance ? (balance.Owed, balance.Credit) : default);

    public static Task<List<Refund>> RefundsAsync(this MonthCloseHouse house, string accountId) =>
        house.AskAsync(db => db.Refunds.AsNoTracking().Where(refund => refund.AccountId == accountId).OrderBy(refund => refund.CreatedAt).ToListAsync());

    /// <summary>A credit note for the invoice as it is now, all of it unless an amount is given.</summary>
    public static async Task<IssueCreditNote> CreditNoteAsync(this MonthCloseHouse house, string accountId, decimal? amount = null)
    {
        var invoice = await house.InvoiceAsync(accountId);
        return new IssueCreditNote
        {
            CreditNoteId = $"note-{Guid.NewGuid():N}",
            InvoiceNumber = invoice.Number,
            InvoiceVersion = invoice.Version,
            Amount = amount ?? invoice.Total,
            Currency = invoice.Currency,
            Reason = "an outage",
            RequestedBy = "support"
        };
    }

    public static async Task<CreditNoteIssued> CreditAsync(this MonthCloseHouse house, IssueCreditNote note)
    {
        await house.TellAsync(note);
        return await house.HearsAsync<CreditNoteIssued>(issued => issued.CreditNoteId == note.CreditNoteId);
    }

    public static async Task<VoidInvoice> VoidAsync(this MonthCloseHouse house, string accountId)
    {
        var invoice = await house.InvoiceAsync(accountId);
        return new VoidInvoice
        {
            VoidId = $"void-{Guid.NewGuid():N}",
            InvoiceNumber = invoice.Number,
            InvoiceVersion = invoice.Version,
            Amount = invoice.Total,
            Currency = invoice.Currency,
            Reason = "billed at the wrong price"
        };
    }

    public static async Task<WriteOffInvoice> WriteOffAsync(this MonthCloseHouse house, string accountId)
    {
        var invoice = await house.InvoiceAsync(accountId);
        return new WriteOffInvoice
        {
            WriteOffId = $"write-off-{Guid.NewGuid():N}",
            InvoiceNumber = invoice.Number,
            InvoiceVersion = invoice.Version,
            Amount = invoice.Owed,
            Currency = invoice.Currency,
            Reason = "insolvent"
        };
    }

    /// <summary>The command is answered by a rejection whose text holds the words.</summary>
    public static async Task IsRejectedAsync<T>(this MonthCloseHouse house, T command, string because)
        where T : class
    {
        var before = house.Heard<Fault>().Count;
        await house.TellAsync(command);
        await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<Fault>().Skip(before).SelectMany(fault => fault.Exceptions).Select(exception => exception.Message).ToList()),
            said => said.Exists(text => text.StartsWith($"{typeof(T).Name} was rejected", StringComparison.Ordinal) && text.Contains(because, StringComparison.Ordinal)), $"it says: {because}");
    }

    /// <summary>Each column that finance reads beside the one that the ledger gives for it.</summary>
    public static async Task ReportTiesAsync(this MonthCloseHouse house, string period)
    {
        var lines = (await house.Http.GetStringAsync(new Uri($"api/runs/{period}/report.csv", UriKind.Relative))).TrimEnd().Split('\n').Select(line => line.Split(',')).ToList();
        Assert.True(lines.Count > 1);
        var names = lines[0];
        foreach (var line in lines.Skip(1))
            foreach (var name in names.Where(name => name.StartsWith("ledger_", StringComparison.Ordinal)))
                Assert.Equal($"{name["ledger_".Length..]} {line[Array.IndexOf(names, name["ledger_".Length..])]}", $"{name["ledger_".Length..]} {line[Array.IndexOf(names, name)]}");
    }

    public static async Task<decimal> ReportedAsync(this MonthCloseHouse house, string period, string column, string currency = "USD")
    {
        var lines = (await house.Http.GetStringAsync(new Uri($"api/runs/{period}/report.csv", UriKind.Relative))).TrimEnd().Split('\n').Select(line => line.Split(',')).ToList();
        return decimal.Parse(lines.Single(line => line[1] == currency)[Array.IndexOf(lines[0], column)], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>What the gateway itself gave back, in minor units.</summary>
    public static async Task<IReadOnlyList<long>> GivenBackAsync(this MonthCloseHouse house, string accountId) =>
        [.. (await house.Gateway.GetStringAsync(new Uri("simulator/refunds", UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line)).Where(refund => refund.GetProperty("customer").GetString() == accountId)
            .Select(refund => refund.GetProperty("amount").GetInt64())];
}
