using System.Runtime.CompilerServices;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Intake.Accounts;

public sealed class When_a_member_is_left_out(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    const string Exchange = "Billing.Contracts.MonthClose.V1:RegisterAccount";

    /// <summary>A value for each optional member, and what is there when it is cleared.</summary>
    static readonly Dictionary<string, (string Json, object? Value, object? Cleared)> Members = new()
    {
        ["TimeZone"] = ("\"Europe/Berlin\"", "Europe/Berlin", "UTC"),
        ["Email"] = ("\"a@b.example\"", "a@b.example", null),
        ["PaymentMethod"] = ("\"pm_1\"", "pm_1", null),
        ["GatewayCustomer"] = ("\"cus_1\"", "cus_1", null),
        ["ManualPayment"] = ("true", true, false),
        ["PaymentTermsDays"] = ("14", 14, null),
        ["FeePriceCode"] = ("\"plan\"", "plan", null),
        ["AnchorDay"] = ("15", 15, 1),
        ["JoinedOn"] = ("\"2026-01-01\"", new DateOnly(2026, 1, 1), null),
        ["ClosedOn"] = ("\"2027-12-31\"", new DateOnly(2027, 12, 31), null),
        ["Tier"] = ("\"gold\"", "gold", null),
        ["Country"] = ("\"DE\"", "DE", null),
        ["Region"] = ("\"BE\"", "BE", null),
        ["TaxId"] = ("\"DE123\"", "DE123", null),
        ["TaxExemption"] = ("\"CERT-7\"", "CERT-7", null),
        ["TaxExemptThrough"] = ("\"2027-12-31\"", new DateOnly(2027, 12, 31), null)
    };

    [Fact]
    public void Should_be_tried_with_every_optional_member_of_the_command() =>
        Assert.Equal(Members.Keys.Order(), typeof(RegisterAccount).GetProperties()
            .Where(member => !member.IsDefined(typeof(RequiredMemberAttribute), false) && member.Name != nameof(RegisterAccount.RequestedBy))
            .Select(member => member.Name).Order());

    [Fact]
    public async Task Should_stay_and_be_cleared_by_null()
    {
        await PasteAsync("whole", "One", Members.Select(member => $"\"{JsonNamingPolicy.CamelCase.ConvertName(member.Key)}\":{member.Value.Json}"));
        Assert.Equal(Members.ToDictionary(member => member.Key, member => member.Value.Value), Told(await AccountAsync("whole", 1)));

        await PasteAsync("whole", "Two", []);
        Assert.Equal(Members.ToDictionary(member => member.Key, member => member.Value.Value), Told(await AccountAsync("whole", 2)));

        await PasteAsync("whole", "Three", Members.Keys.Select(member => $"\"{JsonNamingPolicy.CamelCase.ConvertName(member)}\":null"));
        Assert.Equal(Members.ToDictionary(member => member.Key, member => member.Value.Cleared), Told(await AccountAsync("whole", 3)));
    }

    [Fact]
    public async Task Should_be_likewise_for_a_sender_in_Csharp()
    {
        var account = new RegisterAccount { AccountId = "sharp", Name = "One", Currency = "USD" };
        await house.TellAsync(account with { Email = "a@b.example", PaymentMethod = "pm_1" });
        await AccountAsync("sharp", 1);

        await house.TellAsync(account with { Name = "Two", Email = null });

        var after = await AccountAsync("sharp", 2);
        Assert.Equal((null, "pm_1"), (after.Email, after.PaymentMethod));
    }

    [Fact]
    public async Task Should_be_as_the_record_before_it_told()
    {
        var account = new RegisterAccount { AccountId = "twice", Name = "Twice", Currency = "USD" };
        await house.TellAsync(new RegisterAccounts { Reference = "twice", Accounts = [account with { Email = "a@b.example" }, account with { Tier = "gold" }] });

        var answer = await house.HearsAsync<AccountsRegistered>(answer => answer.Reference == "twice");
        Assert.Equal((1, 0), (answer.Registered, answer.Unchanged));
        var after = await AccountAsync("twice", 1);
        Assert.Equal(("a@b.example", "gold"), (after.Email, after.Tier));
    }

    [Fact]
    public async Task Should_be_judged_with_what_is_known()
    {
        var account = new RegisterAccount { AccountId = "judged", Name = "Judged", Currency = "USD" };
        await house.TellAsync(account with { JoinedOn = new(2026, 5, 1) });
        await AccountAsync("judged", 1);

        await house.TellAsync(account with { ClosedOn = new(2026, 4, 30) });

        await house.IsRefusedAsync("RegisterAccount", "ClosedOn is \"2026-04-30\"; expected a day not before JoinedOn, which is 2026-05-01.");
    }

    Task PasteAsync(string id, string name, IEnumerable<string> members) => house.Broker.PasteAsync(Exchange,
        $$"""{"accountId":"{{id}}","name":"{{name}}","currency":"USD"{{string.Concat(members.Select(member => $",{member}"))}}}""");

    Task<Account> AccountAsync(string id, int version) => Eventually.HoldsAsync(
        async () => (await house.AskAsync(db => db.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.AccountId == id)))!,
        account => account?.Version == version, $"version {version} of {id}");

    static Dictionary<string, object?> Told(Account account) => Members.Keys.ToDictionary(member => member, member => typeof(Account).GetProperty(member)!.GetValue(account));
}
