using Billing.Cli;
using Billing.Cli.Bus;
using Billing.Cli.Settings;
using Billing.Contracts.MonthClose.V1;
using Billing.Testing;

namespace Billing.Cli.Tests.Bus;

public class When_a_key_is_set
{
    const string Email = "wilhelmina.topsecret@example.com";

    [Fact]
    public async Task Should_seal_what_is_confidential_in_all_that_is_published()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        var environment = new BillingEnvironment("/", name => name == "BILLING_SEALING_KEY" ? Convert.ToBase64String(new byte[32]) : null);
        await using var bus = await BillingBus.ConnectAsync(new UriBuilder(TestServers.RabbitMq) { Path = host.Name }.Uri, CancellationToken.None, environment.Sealer);
        var exchange = $"{typeof(RegisterAccounts).Namespace}:{nameof(RegisterAccounts)}";
        using (var made = await host.Management.PutAsync($"api/exchanges/{host.Name}/{exchange}", System.Net.Http.Json.JsonContent.Create(new { type = "fanout", durable = true })))
            made.EnsureSuccessStatusCode();
        await Leaks.WitnessAsync(host);
        await bus.PublishAsync(new RegisterAccounts
        {
            Accounts = [new RegisterAccount { AccountId = "acme", Name = "Acme", Currency = "USD", Email = Email, PaymentMethod = "pm_topsecret" }]
        }, CancellationToken.None);
        var seen = await Eventually.HoldsAsync(() => Leaks.SeenAsync(host), seen => seen.Count == 1, "it is published");
        Assert.DoesNotContain("topsecret", seen[0], StringComparison.Ordinal);
        Assert.Contains("sealed:v1:local:", seen[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_what_a_key_is_when_it_is_none() => Assert.Equal(
        "BILLING_SEALING_KEY is not a key; expected 32 random bytes in base64, such as openssl rand -base64 32 gives.",
        Assert.Throws<CliException>(() => new BillingEnvironment("/", name => name == "BILLING_SEALING_KEY" ? "secret" : null).Sealer).Message);
}
