using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Collecting;

/// <summary>A payment settled the invoice, and then a request that was thought lost took the money too: the customer hears of it once.</summary>
public sealed class When_a_lost_charge_comes_after_a_payment_by_hand : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();
    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_send_one_receipt()
    {
        await house.RegisterAsync(Sample.Account("acme"));
        await house.TellAsync(new SetControlTags { AccountId = "acme", Tags = ["AutoPayOff"], Reason = "a test pays by hand", RequestedBy = "jane" });
        await house.HearsAsync<ControlTagsSet>();
        await house.BillOctoberAsync(Sample.Account("acme"));
        var invoice = await house.InvoiceOfAsync("acme");
        await house.TellAsync(new RecordPayment
        {
            PaymentId = "transfer-1",
            AccountId = "acme",
            Amount = 10m,
            Currency = "USD",
            ReceivedAt = house.Clock.GetUtcNow()
        });
        await house.CollectionIsAsync("acme", nameof(Collection.Paid));

        await house.TellAsync(new InvoiceCleared(invoice, "acme", ByCharge: true));
        await Eventually.HoldsAsync(() => Task.FromResult(house.LettersTo("acme")), letters => letters.Contains("receipt"), "the customer has a receipt");

        await house.TellAsync(new InvoiceCleared(invoice, "acme", ByCharge: true));
        await house.QuietAsync();
        Assert.Equal(["receipt"], house.LettersTo("acme").Where(letter => letter == "receipt"));
    }
}
