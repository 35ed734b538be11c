using Billing.Contracts;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Tests.House;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Intake;

public sealed class When_an_id_comes_from_outside(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    const string Slashes = "/subscriptions/0f0e0d0c-0000-4000-8000-000000000001";

    /// <summary>Two that differ in case, one of 84 characters with dots, one of 256, and what no alphabet of ours foresees.</summary>
    static readonly string[] Ids =
    [
        Slashes, Slashes.ToUpperInvariant(), string.Join('.', Enumerable.Repeat("abcd", 17)), new string('x', ExternalId.Longest), "Müller & Söhne (Köln) #7 — 50 % ✓"
    ];

    [Theory]
    [InlineData(""), InlineData(" "), InlineData(" a"), InlineData("a "), InlineData("a\nb"), InlineData("a\0b"), InlineData("a\u200Bb")]
    public void Should_refuse_what_nobody_can_see(string id) => Assert.False(ExternalId.IsValid(id));

    [Fact]
    public void Should_refuse_half_of_a_character() => Assert.False(ExternalId.IsValid("a\ud800"));

    [Fact]
    public void Should_refuse_one_that_is_too_long() => Assert.False(ExternalId.IsValid(new string('x', ExternalId.Longest + 1)));

    [Fact]
    public async Task Should_bill_every_account_under_its_own()
    {
        Assert.Equal(84, Ids[2].Length);
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([.. Ids.Select(id => Sample.Account(id) with { Name = "A", Email = "a@example.com", PaymentMethod = "pm_ok_a" })]);
        await house.UseAsync([.. Ids.Select((id, at) => Sample.Use(id, 1000 * (at + 1), id: id) with { ResourceId = id })]);

        var completed = await house.CloseAsync("2026-10");

        Assert.Equal((Ids.Length, 0), (completed.Closed, completed.Parked));
        var invoices = await house.AskAsync(db => db.Invoices.Select(invoice => new { invoice.AccountId, invoice.AmountDue }).ToListAsync());
        Assert.Equal(Ids.Select((id, at) => (id, 10m * (at + 1))).Order(), invoices.Select(invoice => (invoice.AccountId, invoice.AmountDue)).Order());
        Assert.Equal(Ids.Order(StringComparer.Ordinal), await house.AskAsync(db => db.Accounts.OrderBy(account => account.AccountId).Select(account => account.AccountId).ToListAsync()));
    }
}
