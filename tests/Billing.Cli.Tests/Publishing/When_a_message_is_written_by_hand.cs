using Billing.Cli.Publishing;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;

namespace Billing.Cli.Tests.Publishing;

public sealed class When_a_message_is_written_by_hand
{
    [Theory]
    [InlineData("StartMonthClose"), InlineData("startmonthclose"), InlineData("V1.StartMonthClose"), InlineData("MonthClose.V1.StartMonthClose"),
        InlineData("Billing.Contracts.MonthClose.V1.StartMonthClose")]
    public void Should_find_the_contract_by_name(string name) =>
        Assert.Equal("2026-10", Assert.IsType<StartMonthClose>(MessageCheck.Read(name, """{"period":"2026-10"}""")).Period);

    [Fact]
    public void Should_read_nested_parts_dates_and_numbers()
    {
        var price = Assert.IsType<SetPrice>(MessageCheck.Read("SetPrice",
            """{"priceCode":"x","currency":"USD","description":"X","model":"volume","tiers":[{"upTo":10,"unitPrice":0.5},{"unitPrice":1e-3,"flatPrice":2}]}"""));
        Assert.Equal([0.5m, 0.001m], price.Tiers!.Select(tier => tier.UnitPrice));
        var account = Assert.IsType<RegisterAccount>(
            MessageCheck.Read("RegisterAccount", """{"AccountId":"a","Name":"A","Currency":"USD","ClosedOn":"2026-10-15","Email":null}"""));
        Assert.Equal(new DateOnly(2026, 10, 15), account.ClosedOn);
        Assert.Equal("invoice", Assert.IsType<SendEmail>(MessageCheck.Read("SendEmail",
            """{"notificationId":"1f3c0d54-6f1e-4f66-9a53-6f2c2c5d5a11","workspaceId":"w","to":"a@b.example","template":"invoice","values":{"total":"5"}}""")).Template);
    }

    [Theory]
    [InlineData("StartMonthCloze", "{}", "Did you mean StartMonthClose?")]
    [InlineData("Nonsense", "{}", "There are: AcceptDrift, AccountClosed, ")]
    [InlineData("UsageRecord", "{}", "There is no contract 'UsageRecord'")]
    [InlineData("StartMonthClose", "{", "expected a JSON object")]
    [InlineData("StartMonthClose", "[]", "JSON: '[]', expected an object: StartMonthClose")]
    [InlineData("StartMonthClose", "{}", "period: empty, expected a text (it is required)")]
    [InlineData("StartMonthClose", """{"period":null}""", "period: 'null', expected a text")]
    [InlineData("StartMonthClose", """{"period":202610}""", "period: '202610', expected a text")]
    [InlineData("StartMonthClose", """{"period":"2026-13"}""", "Period: '2026-13', expected a month such as 2026-10")]
    [InlineData("StartMonthClose", """{"perod":"2026-10"}""", "perod: '2026-10', expected no such member; did you mean period?")]
    [InlineData("StartMonthClose", """{"period":"2026-10","Period":"2026-11"}""", "Period: '2026-11', expected to be there once")]
    [InlineData("GrantCredit", """{"creditId":"c","accountId":"a","amount":"5","currency":"USD","reason":"r"}""", "amount: '5', expected a number")]
    [InlineData("GrantCredit", """{"creditId":"c","accountId":"a","amount":-5,"currency":"USD","reason":"r"}""", "Amount: '-5', expected more than zero")]
    [InlineData("RegisterAccount", """{"accountId":"a","name":"A","currency":"USD","joinedOn":"1.2.2026"}""",
        "joinedOn: '1.2.2026', expected a day such as \"2026-10-31\"")]
    [InlineData("RegisterAccount", """{"accountId":"a","name":"A","currency":"USD","manualPayment":"yes"}""", "manualPayment: 'yes', expected true or false")]
    [InlineData("RegisterAccount", """{"accountId":"a","name":"A","currency":"USD","anchorDay":1.5}""", "anchorDay: '1.5', expected a whole number")]
    [InlineData(
        "RecordUsage", """{"records":[{"usageId":"u","accountId":"a","priceCode":"p","startedAt":"2026-10-01T00:00:00Z"},{"usageId":"u","startedAt":"now"}]}""",
        "records[1].startedAt: 'now', expected an instant")]
    [InlineData("RecordUsage", """{"records":{}}""", "records: '{}', expected an array of UsageRecord")]
    [InlineData("RecordUsage", """{"records":[]}""", "Records: '0 records', expected 1 to 1,000 records")]
    [InlineData("SendEmail", """{"notificationId":"17","workspaceId":"w","to":"a@b.example"}""", "notificationId: '17', expected a GUID")]
    [InlineData("SendEmail", """{"notificationId":"1f3c0d54-6f1e-4f66-9a53-6f2c2c5d5a11","workspaceId":"w","to":"x","values":{"total":5}}""",
        "values.total: '5', expected a text")]
    public void Should_name_field_value_and_expectation(string name, string json, string says) =>
        Assert.Contains(says, Assert.Throws<CliException>(() => MessageCheck.Read(name, json)).Message);

    [Fact]
    public void Should_show_the_members_of_a_contract_that_was_mistaken() =>
        Assert.Contains("period: a text, requestedBy?: a text", Assert.Throws<CliException>(() => MessageCheck.Read("StartMonthClose", "{}")).Message);

    [Fact]
    public void Should_be_the_newest_version_unless_it_names_one()
    {
        Assert.Equal(typeof(Contracts.MonthClose.V2.SetProviderLimit), ContractCatalog.Find("SetProviderLimit"));
        Assert.Equal(typeof(Contracts.MonthClose.V1.SetProviderLimit), ContractCatalog.Find("V1.SetProviderLimit"));
        Assert.Equal(typeof(Contracts.MonthClose.V1.StartMonthClose), ContractCatalog.Find("StartMonthClose"));
    }

    [Fact]
    public void Should_show_what_became_of_it()
    {
        var answer = new Contracts.Outcomes.V1.CommandAnswered
        {
            Command = "Billing.Contracts.MonthClose.V1:PlaceHold",
            Outcome = "rejected",
            Service = "month-close",
            AnsweredAt = DateTimeOffset.UnixEpoch,
            Changes = [],
            Faults = [new() { Field = "AccountId", Value = "nobody", Expected = "an account that is registered" }],
            WaitsIn = "month-close-place-hold_error"
        };

        Assert.Equal(["rejected", "  AccountId is nobody; expected an account that is registered", "  it waits in month-close-place-hold_error"],
            OutcomeText.Of(answer, TimeSpan.FromSeconds(10)));
        Assert.Equal(["unchanged: it is so"],
            OutcomeText.Of(answer with { Outcome = "unchanged", Because = "it is so", Faults = [], WaitsIn = null }, TimeSpan.FromSeconds(10)));
        Assert.Equal(["accepted", "  hold h placed: {\"a\":1} became {\"a\":2}"], OutcomeText.Of(answer with
        {
            Outcome = "accepted",
            Changes = [new() { Subject = "hold", Id = "h", What = "placed", Before = "{\"a\":1}", After = "{\"a\":2}" }],
            Faults = [],
            WaitsIn = null
        }, TimeSpan.FromSeconds(10)));
        Assert.StartsWith("No answer within 10 s", Assert.Single(OutcomeText.Of(null, TimeSpan.FromSeconds(10))), StringComparison.Ordinal);
        Assert.Empty(OutcomeText.Of(null, TimeSpan.Zero));
    }
}
