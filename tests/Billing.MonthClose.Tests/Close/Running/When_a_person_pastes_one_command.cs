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
    [InlineData("UnparkAccounts", """{ "period": "2026-10" }""")]
    [InlineData("CancelMonthClose", """{ "period": "2026-10", "reason": "wrong prices" }""")]
    public async Task Should_not_obey_another(string command, string body)
    {
        await house.Broker.PasteAsync($"Billing.Contracts.MonthClose.V1:{command}", body);
        await house.IsRefusedAsync(command, "expected a month whose close was begun");
        Assert.Equal(0, await house.AskAsync(db => db.Runs.CountAsync()));
    }
}
