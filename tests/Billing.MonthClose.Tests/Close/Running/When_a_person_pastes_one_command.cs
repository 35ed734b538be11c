using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

/// <summary>Each command about a run has a queue of its own, and lies there with its reason when it is refused.</summary>
public class When_a_person_pastes_one_command(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Theory]
    [InlineData("UnparkAccounts", "unpark-accounts", """{ "period": "2026-10" }""")]
    [InlineData("CancelMonthClose", "cancel-month-close", """{ "period": "2026-10", "reason": "wrong prices" }""")]
    public async Task Should_not_obey_another(string command, string queue, string body)
    {
        await house.Broker.PasteAsync($"Billing.Contracts.MonthClose.V1:{command}", body);
        await Eventually.HoldsAsync(
            async () => string.Join("; ", (await house.Broker.PeekAsync($"month-close-{queue}_error"))
                .Select(message => message.GetProperty("properties").GetProperty("headers").GetRawText())),
            reasons => reasons.Contains("expected a month whose close was begun", StringComparison.Ordinal), $"{command} finds no run");
        Assert.Equal(0, await house.AskAsync(db => db.Runs.CountAsync()));
    }
}
