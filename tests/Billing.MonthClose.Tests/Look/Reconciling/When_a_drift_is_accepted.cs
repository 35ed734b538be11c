using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Tests.House;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reconciling;

public class When_a_drift_is_accepted(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_charge_its_account_again_and_find_it_anew_only_when_its_figures_change()
    {
        await house.BillOctoberAsync(Sample.Account("twice"));
        var charge = (await house.HearsAsync<ChargeSucceeded>(one => one.AccountId == "twice")).ChargeId;
        await house.CaptureAsync("twice", charge);
        Assert.Equal(1, (await house.ReconcileAsync("2026-10")).Parked);
        var drift = await house.HearsAsync<DriftFound>(found => found.AccountId == "twice");
        Assert.Equal(("captured-twice", "Parked"), (drift.Class, drift.Outcome));

        await house.TellAsync(new AcceptDrift { DriftId = drift.DriftId, Reason = "given back by hand", RequestedBy = "Ada" });
        await house.HearsAsync<DriftAccepted>(accepted => accepted.DriftId == drift.DriftId);
        var again = await house.ReconcileAsync("2026-10");
        Assert.Equal((0, 0), (again.Found, again.Unreconciled));

        await house.UseAsync(Sample.Use("twice", 1000, on: "2026-11-10T10:00:00Z"));
        await house.CloseAsync("2026-11");
        await house.HearsAsync<ChargeSucceeded>(one => one.AccountId == "twice" && one.ChargeId != charge);

        // other figures: another drift
        await house.BreakInAsync($"""update "Drift" set "Detail" = 'as it was once' where "DriftId" = '{drift.DriftId}'""");
        Assert.Equal(1, (await house.ReconcileAsync("2026-10")).Parked);
    }

    [Fact]
    public async Task Should_reject_an_id_that_nobody_knows()
    {
        var id = Guid.NewGuid();
        await house.TellAsync(new AcceptDrift { DriftId = id, Reason = "looked at", RequestedBy = "Ada" });
        var fault = await house.HearsAsync<Fault>(fault => fault.Exceptions.Any(one => one.Message.Contains(id.ToString(), StringComparison.Ordinal)));
        Assert.Contains("expected the id of a drift that a pass has found", fault.Exceptions[0].Message, StringComparison.Ordinal);
        Assert.Equal(0, await house.AskAsync(db => db.Drifts.CountAsync(drift => drift.DriftId == id)));
    }
}
