using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests;

public class When_commands_are_hostile(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Theory]
    [InlineData("RegisterAccounts", """{ "accounts": [] }""", "1 to 1,000 accounts")]
    [InlineData("RegisterAccounts", """{ "accounts": null }""", "Accounts is missing")]
    [InlineData("RegisterAccount", """{ "accountId": "acme\n", "name": "n", "currency": "USD" }""", "1 to 256 printable characters")]
    [InlineData("RegisterAccount", """{ "accountId": "acme", "name": "n\u0000l", "currency": "USD" }""", "1 to 200 characters")]
    [InlineData("RegisterAccount", """{ "accountId": "acme", "name": "n", "currency": "USD", "paymentMethod": "a\u0000b" }""", "at most 128 characters")]
    [InlineData("RegisterAccount", """{ "accountId": "acme", "name": "n", "currency": "USD", "email": "\"two words\"@acme.example" }""", "an e-mail address such as")]
    [InlineData("SetPrice", """{ "priceCode": "p", "currency": "USD", "description": "d", "model": "volume", "tiers": [ null ] }""", "tiers whose UpTo grows")]
    [InlineData("SetPrice", """{ "priceCode": "p", "currency": "USD", "description": "d", "model": "unit", "unitPrice": -0.01 }""", "a price of zero or more")]
    [InlineData("RecordUsage", """{ "records": [] }""", "1 to 1,000 records")]
    [InlineData("RecordPayment", """{ "paymentId": "p", "accountId": "acme", "amount": 1, "currency": "USD", "receivedAt": "0001-01-01T00:00:00Z" }""", "an instant from 2000 on")]
    [InlineData("RecordPayment", """{ "paymentId": "p", "accountId": "acme", "amount": 79228162514264337593543950335, "currency": "USD" }""", "an amount above zero")]
    [InlineData("UnparkAccounts", """{ "period": "2026-10", "accountIds": [ "a\u0000" ] }""", "1 to 1,000 accounts")]
    [InlineData("StartMonthClose", """{ "period": "0001-01" }""", "a month such as 2026-10")]
    public async Task Should_say_what_was_expected(string command, string body, string reason)
    {
        await house.Broker.PasteAsync($"Billing.Contracts.MonthClose.V1:{command}", body);
        await house.IsRefusedAsync(command, reason);
    }

    [Fact]
    public async Task Should_register_every_good_account_beside_a_bad_one()
    {
        await house.TellAsync(new RegisterAccounts
        {
            Reference = "mixed",
            Accounts = [Sample.Account("good"), Sample.Account("bad") with { PaymentMethod = "a\0b" }, new() { AccountId = null!, Name = null!, Currency = null! }]
        });

        var answer = await house.HearsAsync<AccountsRegistered>(told => told.Reference == "mixed");
        Assert.Equal((1, 2), (answer.Registered, answer.Rejected.Length));
        Assert.Equal(1, await house.AskAsync(db => db.Accounts.CountAsync(account => account.AccountId == "good")));
    }
}
