using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Tests.House;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

/// <summary>After the inbox has forgotten it, a message under another id stands for one that comes once more.</summary>
public class When_a_step_comes_again_much_later : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_cut_nobody_twice_and_halt_no_run_that_has_ended()
    {
        await house.BillOctoberAsync(Sample.Account("acme"), Sample.Account("umbrella"));
        await house.QuietAsync();

        await house.TellAsync(new CutChunks(RunState.IdOf("2026-10"), null, 0));
        await house.QuietAsync();

        var run = await house.AskAsync(db => db.Runs.SingleAsync());
        Assert.Equal((nameof(MonthCloseRun.Succeeded), null), (run.CurrentState, run.HaltReason));
        Assert.Equal(2, await house.AskAsync(db => db.AccountCloses.CountAsync(close => close.Step == CloseStep.Closed)));
        Assert.Equal(1, await house.AskAsync(db => db.Chunks.CountAsync()));
    }
}
