using System.Text.Json;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Tests.House;
using Billing.Sealing;
using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Mailing;

public class When_letters_are_sealed : IAsyncLifetime
{
    static readonly byte[] Key = [.. Enumerable.Repeat((byte)7, Sealer.KeySize)];
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync()
    {
        house.Settings["Sealing:CurrentKey"] = "test";
        house.Settings["Sealing:Keys:test"] = Convert.ToBase64String(Key);
        return house.InitializeAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_show_nothing_of_the_customer_on_the_bus_and_all_of_it_to_who_has_the_key()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        var account = Sample.Account("acme") with { Name = "Wilhelmina Secret", Email = "wilhelmina@example.com" };
        await house.RegisterAsync(account);
        await house.UseAsync(Sample.Use("acme", 1000));
        await house.CloseAsync("2026-10");
        var letters = await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<SendEmails>().SelectMany(list => list.Emails).ToList()), emails => emails.Count >= 2, "the invoice and the receipt are sent");

        var seen = JsonSerializer.Serialize(letters);
        Assert.DoesNotContain("wilhelmina", seen, StringComparison.OrdinalIgnoreCase);
        Assert.All(letters, letter => Assert.StartsWith("sealed:v1:test:", letter.To, StringComparison.Ordinal));
        var invoice = new Sealer("test", new Dictionary<string, byte[]> { ["test"] = Key }).Open(letters.First(letter => letter.Template == "invoice"));
        Assert.Equal(("wilhelmina@example.com", "Wilhelmina Secret"), (invoice.To, invoice.Values!["name"]));
        Assert.Contains(" = ", invoice.Values["lines"], StringComparison.Ordinal);
    }
}
