using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Tests.House;
using Billing.SampleData;
using Billing.Testing;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Previewing;

/// <summary>All accounts of the sample month, the nasty ones among them, with tax: looked at, changed, held back, accepted, and compared line by line.</summary>
public sealed class When_the_month_of_the_sample_is_previewed : IAsyncLifetime
{
    const string Period = "2026-10";
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    static readonly List<SampleAccount> Accounts = [.. new SampleMonth(new YearMonth(2026, 10)).Accounts()];
    readonly MonthCloseHouse house = new();

    public async Task InitializeAsync()
    {
        house.Settings["Closing:ChunkSize"] = "50";
        house.Settings["Tax:Calculator"] = "Table";
        await house.InitializeAsync();
        // the last account of the sample ends its October in Los Angeles
        house.Clock.SetTo(new DateTimeOffset(2026, 11, 2, 12, 0, 0, TimeSpan.Zero));
        await house.SetPricesAsync([.. SamplePrices.All]);
        await house.TellAsync([.. SampleTaxes.All]);
        await house.RegisterAsync([.. Accounts.Select(one => one.Account)]);
        await house.TellAsync([.. Accounts.Select(one => one.Seats).OfType<object>(), .. Accounts.Select(one => one.Credit).OfType<object>()]);
        foreach (var some in Accounts.SelectMany(one => one.Usage).Chunk(500))
            await house.UseAsync(some);
        await house.QuietAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_be_held_back_by_one_price_and_one_account_and_then_equal_a_fresh_look_line_by_line()
    {
        var before = await house.RowsBesidePreviewsAsync();
        var preview = await house.PreviewAsync(Period);
        await house.QuietAsync();
        Assert.Equal(before, await house.RowsBesidePreviewsAsync());
        Assert.Empty(await house.CapturesAsync());
        Assert.Equal(Accounts.Count, preview.Accounts);

        // a price of almost everybody, and one account far back in the list
        var changed = Accounts.Last(one => one.Account.Currency == "USD" && one.Usage.Any(use => use.PriceCode == SamplePrices.Storage));
        var price = SamplePrices.All.Single(one => one is { PriceCode: SamplePrices.SmallMachine, Currency: "USD" });
        await house.SetPricesAsync(price with { UnitPrice = price.UnitPrice * 2 });
        await house.UseAsync(changed.Usage.First(use => use.PriceCode == SamplePrices.Storage) with { UsageId = "late", Quantity = 1000 });

        await house.TellAsync(new StartMonthClose { Period = Period, CommitToken = preview.CommitToken, RequestedBy = "jane" });
        var held = await house.HearsAsync<MonthCloseHeldBack>();
        Assert.True(held.Accounts > 60, $"{held.Accounts} accounts have the price");
        Assert.Equal((null, $"price {SamplePrices.SmallMachine} in USD"), (held.Changes[0].AccountId, held.Changes[0].What));
        Assert.Equal((changed.Account.AccountId, $"line {SamplePrices.Storage} of {Period}"), (held.Changes[1].AccountId, held.Changes.First(change => change.What.Contains(SamplePrices.Storage)).What));
        Assert.All(held.Changes.Skip(1).Where(change => change.What.Contains(SamplePrices.Storage)), change => Assert.Equal(changed.Account.AccountId, change.AccountId));
        Assert.Equal(0, await house.AskAsync(db => db.Runs.CountAsync()));
        Assert.Empty(await house.CapturesAsync());

        var fresh = await house.PreviewAsync(Period);
        var seen = await AllAsync();
        await house.TellAsync(new StartMonthClose { Period = Period, CommitToken = fresh.CommitToken, AcceptChanges = true, RequestedBy = "jane" });
        var completed = await house.HearsAsync<MonthCloseCompleted>();
        Assert.Equal((Accounts.Count, fresh.Parked), (completed.Accounts, completed.Parked));

        var issued = await IssuedAsync();
        var expected = seen.Where(account => account.ReasonCode is null && account.Lines.Count > 0).ToDictionary(account => account.AccountId, Text);
        Assert.True(expected.Count > 230, $"only {expected.Count} accounts are compared");
        Assert.Equal(expected.OrderBy(one => one.Key, StringComparer.Ordinal), issued.OrderBy(one => one.Key, StringComparer.Ordinal));
        Assert.Equal(seen.Where(account => account.ReasonCode is not null).Select(account => account.AccountId),
            await house.AskAsync(db => db.AccountCloses.Where(close => close.ReasonCode != null).OrderBy(close => close.AccountId).Select(close => close.AccountId).ToListAsync()));
    }

    async Task<List<PreviewedAccountView>> AllAsync()
    {
        var all = await house.Http.GetFromJsonAsync<List<PreviewedAccountView>>(new Uri($"api/previews/{Period}/accounts?limit=1000", UriKind.Relative), Json);
        Assert.Equal(Accounts.Count, all!.Count);
        return all;
    }

    static string Text(PreviewedAccountView account) => string.Join('\n',
    [
        FormattableString.Invariant($"{account.Total:0.####} with tax {account.Tax:0.####}, credit {account.CreditApplied:0.####}, due {account.AmountDue:0.####}"),
        .. account.Lines.Select(line => FormattableString.Invariant($"{line.Kind} {line.PriceCode} {line.Description} {line.Quantity:0.####}: {line.Formula} = {line.Amount:0.####}, {line.TaxName} {line.Tax:0.####}"))
    ]);

    async Task<Dictionary<string, string>> IssuedAsync()
    {
        var lines = (await house.AskAsync(db => db.InvoiceLines.AsNoTracking().OrderBy(line => line.Position).ToListAsync())).ToLookup(line => line.InvoiceId);
        return (await house.AskAsync(db => db.Invoices.AsNoTracking().ToListAsync())).ToDictionary(invoice => invoice.AccountId, invoice => string.Join('\n',
        [
            FormattableString.Invariant($"{invoice.Total:0.####} with tax {invoice.Tax:0.####}, credit {invoice.CreditApplied:0.####}, due {invoice.AmountDue:0.####}"),
            .. lines[invoice.InvoiceId].Select(line => FormattableString.Invariant($"{line.Kind} {line.PriceCode} {line.Description} {line.Quantity:0.####}: {line.Formula} = {line.Amount:0.####}, {line.TaxName} {line.Tax:0.####}"))
        ]));
    }
}
