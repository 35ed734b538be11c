using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Tests.House;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Intake;

public sealed class When_a_record_cannot_be_read(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    const string Instant = "an instant with its offset, such as 2026-10-31T23:30:00Z or 2026-11-01T00:30:00+01:00";
    const string Bound = "a number from -79228162514264337593543950335 to 79228162514264337593543950335 of at most 28 decimals";
    const string Number = "a number of at most 28 digits with a point and without thousands marks, such as 1234.56";

    [Fact]
    public async Task Should_take_every_other_usage_record_and_answer_it_with_field_value_and_expectation()
    {
        await house.RegisterAsync(Sample.Account("acme"));
        await house.Broker.PasteAsync("Billing.Contracts.MonthClose.V1:RecordUsage", """
            { "reference": "mixed", "records": [
              { "usageId": "m-0", "accountId": "acme", "priceCode": "api-calls", "quantity": 1, "startedAt": "2026-10-05T08:00:00Z" },
              { "usageId": "m-1", "accountId": "acme", "priceCode": "api-calls", "quantity": 1, "startedAt": "2026-02-30T08:00:00Z" },
              { "usageId": "m-2", "accountId": "acme", "priceCode": "api-calls", "quantity": "n/a", "startedAt": "2026-10-05T08:00:00Z" },
              null,
              { "usageId": "m-4", "accountId": "acme", "priceCode": "api-calls", "quantity": 1e30, "startedAt": "2026-10-05T08:00:00Z" },
              { "usageId": "m-5", "accountId": "acme", "priceCode": "api-calls", "quantity": 2, "startedAt": "2026-10-05T08:00:00Z" } ] }
            """);

        var answer = await house.HearsAsync<UsageRecorded>(told => told.Reference == "mixed");

        Assert.Equal(2, answer.Recorded);
        Assert.Equal(
            [(1, "m-1", "StartedAt", "2026-02-30T08:00:00Z", Instant), (2, "m-2", "Quantity", "n/a", Number), (3, "", "Record", "null", "an object"), (4, "m-4", "Quantity", "1e30", Bound)],
            answer.Rejected.Select(one => (one.Index!.Value, one.UsageId, one.Field, one.Value!, one.Expected)));
        var kept = await house.AskAsync(db => db.RejectedUsage.Where(one => one.Reference == "mixed").OrderBy(one => one.UsageId).Select(one => one.Record).ToListAsync());
        Assert.Equal(4, kept.Count);
        Assert.Contains("\"quantity\": \"n/a\"", kept[2], StringComparison.Ordinal);     // as it came
    }

    [Fact]
    public async Task Should_take_every_other_account()
    {
        await house.Broker.PasteAsync("Billing.Contracts.MonthClose.V1:RegisterAccounts", """
            { "reference": "accounts", "accounts": [
              { "accountId": "one", "name": "One", "currency": "USD" },
              { "accountId": "two", "name": "Two", "currency": "USD", "joinedOn": "2026-02-30", "anchorDay": 1e30 },
              null,
              { "accountId": "three", "name": "Three", "currency": "dollars" },
              { "accountId": "four", "name": "Four", "currency": "USD" } ] }
            """);

        var answer = await house.HearsAsync<AccountsRegistered>(told => told.Reference == "accounts");

        Assert.Equal((2, 0), (answer.Registered, answer.Unchanged));
        Assert.Equal([(1, "two"), (2, ""), (3, "three")], answer.Rejected.Select(one => (one.Index!.Value, one.AccountId)));
        Assert.Equal(["JoinedOn is \"2026-02-30\"; expected a day such as 2026-10-31.", "AnchorDay is 1e30; expected a whole number from -2147483648 to 2147483647."], answer.Rejected[0].Reasons);
        Assert.Equal(["Record is null; expected an object."], answer.Rejected[1].Reasons);
    }
}
