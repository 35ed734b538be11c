using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Tests.House;
using Billing.Sealing;
using Billing.Testing;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Billing.MonthClose.Tests.Intake;

public sealed class When_what_is_confidential_is_told : IAsyncLifetime
{
    const string Contracts = "Billing.Contracts.MonthClose.V1";
    const string Email = "wilhelmina.topsecret@example.com";
    const string Method = "pm_topsecret_4242";
    static readonly byte[] Key = [.. Enumerable.Repeat((byte)7, Sealer.KeySize)];
    readonly MonthCloseHouse house = new();

    public async Task InitializeAsync()
    {
        house.Settings["Sealing:CurrentKey"] = "test";
        house.Settings["Sealing:Keys:test"] = Convert.ToBase64String(Key);
        await house.InitializeAsync();
        await Leaks.WitnessAsync(house.Broker, $"{Contracts}:RegisterAccount", $"{Contracts}:RegisterAccounts", $"{Contracts}:ChangePaymentMethod");
    }

    public Task DisposeAsync() => house.DisposeAsync();

    static string Account(string id, string more = "") =>
        $$"""{"accountId":"{{id}}","name":"Acme","currency":"USD","email":"{{Email}}","paymentMethod":"{{Method}}"{{more}} }""";

    [Fact]
    public async Task Should_lie_nowhere_in_clear_though_it_was_told_so()
    {
        await house.Broker.PasteAsync($"{Contracts}:RegisterAccount", Account("one"));
        string[] accounts =
        [
            Account("two"), Account("three", ""","anchorDay":77"""),
            $$"""{"accountId":"four","name":"Four","currency":"USD","email":"wilhelmina topsecret","paymentMethod":"{{new string('x', 120)}}topsecret"}""",
            $$"""{"accountId":"five","name":"Five","currency":"USD","email":{"is":"{{Email}}"} }""", $"\"{Email}\""
        ];
        await house.Broker.PasteAsync($"{Contracts}:RegisterAccounts", $$"""{"reference":"many","accounts":[{{string.Join(',', accounts)}}]}""");
        await house.HearsAsync<AccountsRegistered>(told => told.Reference == "many");
        await IsKnownAsync("one");
        await house.Broker.PasteAsync($"{Contracts}:ChangePaymentMethod", """{"changeId":"c-1","accountId":"one","paymentMethod":"pm_topsecret_new","requestedBy":"her"}""");
        await house.HearsAsync<PaymentMethodChanged>();
        await house.QuietAsync();

        Assert.Equal((Email, "pm_topsecret_new"), await house.AskAsync(db => db.Accounts.Where(account => account.AccountId == "one")
            .Select(account => new ValueTuple<string?, string?>(account.Email, account.PaymentMethod)).SingleAsync()));
        Assert.Equal((Email, Method), await house.AskAsync(db => db.Accounts.Where(account => account.AccountId == "two")
            .Select(account => new ValueTuple<string?, string?>(account.Email, account.PaymentMethod)).SingleAsync()));
        var answer = house.Heard<AccountsRegistered>().Single(told => told.Reference == "many");
        Assert.Equal(["AnchorDay", "Email", "PaymentMethod", "Email", "Record"],
            answer.Rejected.SelectMany(one => one.Reasons).Select(reason => reason.Split(' ')[0]));
        Assert.Equal("Email is confidential, and not shown; expected " + Billing.Hosting.Texts.MailAddress.Expected + ".", answer.Rejected[1].Reasons[0]);
        await IsSealedAnywhereAsync();
        Assert.Contains(await house.ReadInAsync("""select "After" from "AuditEntry" where "After" is not null"""), text =>
            text.Contains("\"paymentMethod\":\"sealed:v1:test:", StringComparison.Ordinal));
        var told = await house.Http.GetStringAsync(new Uri("api/audit?accountId=one", UriKind.Relative));
        Assert.Contains("pm_topsecret_new", told, StringComparison.Ordinal);        // who may ask the service is told
    }

    [Fact]
    public async Task Should_lie_sealed_in_the_error_queue_and_be_obeyed_when_it_is_mended_and_moved_back()
    {
        await house.Broker.PasteAsync($"{Contracts}:RegisterAccount", Account("late", ""","anchorDay":77"""));
        await house.Broker.PasteAsync($"{Contracts}:ChangePaymentMethod", $$"""{"changeId":"c-2","accountId":"late","paymentMethod":"{{Method}}_new"}""");
        await house.Broker.PasteAsync($"{Contracts}:RegisterAccounts", $$"""{"reference":"none","accounts":{"all":[{{Account("late")}} ]} }""");
        await house.IsRefusedAsync("RegisterAccount", "AnchorDay is 77; expected a day from 1 to 31.");
        await house.IsRefusedAsync("ChangePaymentMethod", "AccountId is \"late\"; expected an account that is registered.");
        await house.IsRefusedAsync("RegisterAccounts", "accounts is ");
        await IsSealedAnywhereAsync();

        await house.Broker.PasteAsync($"{Contracts}:RegisterAccount",
            (await ParkedAsync("register-account")).Replace("\"anchorDay\":77", "\"anchorDay\":7", StringComparison.Ordinal));
        await IsKnownAsync("late");
        Assert.Equal((Email, Method), await house.AskAsync(db => db.Accounts.Where(account => account.AccountId == "late")
            .Select(account => new ValueTuple<string?, string?>(account.Email, account.PaymentMethod)).SingleAsync()));
        await house.Broker.PasteAsync($"{Contracts}:ChangePaymentMethod", await ParkedAsync("change-payment-method"));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Accounts.Where(account => account.AccountId == "late").Select(account => account.PaymentMethod).SingleAsync()),
            method => method == $"{Method}_new", "the change is obeyed");
        await IsSealedAnywhereAsync();
    }

    [Fact]
    public async Task Should_be_refused_when_it_is_sealed_with_a_key_that_is_not_here()
    {
        var stranger = new Sealer("stranger", new Dictionary<string, byte[]> { ["stranger"] = Key });
        await house.TellAsync(Sample.Account("shut") with { PaymentMethod = stranger.Seal("pm_1") });
        await house.IsRefusedAsync("RegisterAccount", "expected a text in clear, or one that is sealed with a key of this service.");
    }

    [Fact]
    public async Task Should_be_sealed_in_the_row_of_an_outbox()
    {
        await using var scope = house.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MonthCloseDbContext>();
        await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(Sample.Account("row") with { Email = Email, PaymentMethod = Method });
        var row = Assert.Single(db.ChangeTracker.Entries<OutboxMessage>()).Entity;
        Assert.DoesNotContain("topsecret", row.Body, StringComparison.Ordinal);
        Assert.Contains("sealed:v1:test:", row.Body, StringComparison.Ordinal);
    }

    async Task IsSealedAnywhereAsync()
    {
        var connection = await house.AskAsync(db => Task.FromResult(db.Database.GetConnectionString()!));
        var lying = await Leaks.AnywhereAsync(house.Broker, connection);
        Assert.DoesNotContain(lying, text => text.Contains("topsecret", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(lying, text => text.Contains("sealed:v1:test:", StringComparison.Ordinal));
    }

    Task<Account> IsKnownAsync(string accountId) => Eventually.HoldsAsync(
        () => house.AskAsync(db => db.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.AccountId == accountId))!, account => account is not null, $"{accountId} is known")!;

    async Task<string> ParkedAsync(string command) =>
        (await house.Broker.LyingAsync($"month-close-{command}_error", 1))[0].GetProperty("payload").GetString()!;
}
