using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

/// <summary>Three commands share the run's queue, and plain JSON names no type but by the exchange that it is sent to.</summary>
public class When_a_person_pastes_one_command(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Theory]
    [InlineData("UnparkAccounts", """{ "period": "2026-10" }""")]
    [InlineData("CancelMonthClose", """{ "period": "2026-10", "reason": "wrong prices" }""")]
    public async Task Should_not_obey_another(string command, string body)
    {
        await house.Broker.PasteAsync($"Billing.Contracts.MonthClose.V1:{command}", body);
        await Eventually.HoldsAsync(
            async () => string.Join("; ", (await house.Broker.PeekAsync("month-close-run-state_error")).Select(message => message.GetProperty("properties").GetProperty("headers").GetRawText())),
            reasons => reasons.Contains($"on receipt of Billing.Contracts.MonthClose.V1.{command}: An existing saga instance was not found", StringComparison.Ordinal), $"{command} finds no run");
        Assert.Equal(0, await house.AskAsync(db => db.Runs.CountAsync()));
    }
}
